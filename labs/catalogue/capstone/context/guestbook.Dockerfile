# The guestbook in an image of the lab's own: the one that runs under the learner's profile.
FROM gcc:12 AS library
WORKDIR /src
COPY slug.c Makefile ./
RUN make

FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt
COPY --from=library /src/libslug.so .
COPY app.py .
USER 10001
CMD ["python", "app.py"]
