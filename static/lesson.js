// The lesson is complete without this file. It adds: copy buttons, the place in the contents, ticks without a reload,
// and ticks that survive in this browser for readers without an account.
"use strict";

(() => {
  const lesson = document.querySelector("[data-lesson]");
  if (!lesson) return;
  const signedIn = lesson.hasAttribute("data-signed-in");
  const key = `slipway-read-${lesson.dataset.lesson}`;
  const read = new Set(signedIn ? lesson.dataset.read.split(" ").filter(Boolean) : stored());

  function stored() {
    try {
      return JSON.parse(localStorage.getItem(key) || "[]");
    } catch {
      return []; // storage is full, switched off, or holds something else
    }
  }

  function keep() {
    try {
      localStorage.setItem(key, JSON.stringify([...read]));
    } catch {
      // then the ticks last as long as the page
    }
  }

  function tick(anchor) {
    const done = read.has(anchor);
    for (const link of document.querySelectorAll(`.contents nav a[href="#${CSS.escape(anchor)}"]`)) {
      link.classList.toggle("is-read", done);
    }
    const button = document.querySelector(`.read-button[value="${CSS.escape(anchor)}"]`);
    if (!button) return;
    button.setAttribute("aria-pressed", String(done));
    button.childNodes[1].textContent = done ? " Read" : " Mark as read";
  }

  for (const form of document.querySelectorAll(".read-form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const anchor = form.querySelector(".read-button").value;
      const undo = read.has(anchor);
      if (undo) read.delete(anchor);
      else read.add(anchor);
      tick(anchor);
      if (!signedIn) {
        keep();
        return;
      }
      const body = new FormData(form);
      body.append("section", anchor);
      if (undo) body.append("undo", "1");
      fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => form.submit());
    });
    tick(form.querySelector(".read-button").value);
  }

  for (const listing of document.querySelectorAll(".highlight:not(.quiz-code)")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy no-print";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    listing.classList.add("listing");
    listing.append(button);
    button.addEventListener("click", async () => {
      // Prompts and what a command printed are not part of what one would type.
      const copy = listing.querySelector("pre").cloneNode(true);
      for (const part of copy.querySelectorAll(".gp, .go")) part.remove();
      try {
        await navigator.clipboard.writeText(copy.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(listing.querySelector("pre"));
        button.textContent = "Selected";
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
  }

  const links = new Map();
  for (const link of document.querySelectorAll(".contents nav a")) {
    const anchor = link.hash.slice(1);
    links.set(anchor, [...(links.get(anchor) || []), link]);
  }
  let current = "";
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) mark(entry.target.getAttribute("aria-labelledby"));
      }
    },
    { rootMargin: "-90px 0px -70% 0px" },
  );

  function mark(anchor) {
    if (anchor === current || !links.has(anchor)) return;
    for (const link of links.get(current) || []) {
      link.classList.remove("is-current");
      link.removeAttribute("aria-current");
    }
    current = anchor;
    for (const link of links.get(anchor)) {
      link.classList.add("is-current");
      link.setAttribute("aria-current", "location");
      const box = link.closest(".contents");
      // Only the contents scroll, never the page.
      const off = link.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (box.scrollHeight > box.clientHeight && (off < 60 || off > box.clientHeight - 60)) {
        box.scrollTop += off - box.clientHeight / 2;
      }
    }
  }
  for (const topic of document.querySelectorAll(".topic")) seen.observe(topic);

  // What is folded must open when a link or a find leads into it.
  function unfold() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
    if (target && target.closest("details")) target.scrollIntoView();
  }
  addEventListener("hashchange", unfold);
  unfold();
  for (const link of document.querySelectorAll(".contents-fold a")) {
    link.addEventListener("click", () => (link.closest("details").open = false));
  }
})();
