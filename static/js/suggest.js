// Lists pages below the search box while somebody types: plain links, reached with Tab.
// Without this script the form works the same. What is typed goes to this site only and is not kept.
"use strict";

(() => {
  const form = document.querySelector("form[data-suggest]");
  if (!form) return;
  const box = form.querySelector("input[name=q]");
  const place = form.querySelector(".suggestions");
  const status = form.querySelector("[role=status]");
  let waiting = 0;
  let asked = null;

  const show = (suggestions) => {
    place.replaceChildren();
    status.textContent = suggestions.length ? `${status.dataset.words}: ${suggestions.length}` : "";
    for (const { title, address } of suggestions) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = title;
      const item = document.createElement("li");
      item.append(link);
      place.append(item);
    }
  };

  const ask = async (text) => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, {
        signal: asked.signal,
        credentials: "omit",
      });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") show([]); // no connection: the form itself still works
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    const text = box.value.trim();
    if (text.length < 2) {
      asked?.abort();
      show([]);
    } else {
      waiting = setTimeout(ask, 250, text);
    }
  });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && place.childElementCount) {
      event.preventDefault(); // the first Escape closes the list and keeps the text
      show([]);
      box.focus();
    }
  });
})();
