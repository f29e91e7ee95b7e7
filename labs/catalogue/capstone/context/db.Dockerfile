# The service db in an image of the lab's own: it is this one that runs under the learner's profile.
FROM python:3.11-slim
COPY db.py /
ENV DATA_DIR=/tmp
USER 10001
CMD ["python", "/db.py"]
