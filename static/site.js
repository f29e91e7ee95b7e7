// Times in the reader's own zone. Pages are complete without this file: they say UTC.
(() => {
  const shown = new Intl.DateTimeFormat(undefined, {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });

  const localize = (root) => {
    for (const time of root.querySelectorAll("time[data-local]")) {
      time.title = time.textContent;
      time.textContent = shown.format(new Date(time.dateTime));
      time.removeAttribute("data-local");
    }
  };

  localize(document);
  document.addEventListener("htmx:afterSwap", (event) => localize(event.target));
})();
