/* The link builder without leaving the page: buttons that copy, and answers shown below the form.
   Without this script every address can be selected and opened. */

(() => {
  "use strict";

  const MOST = 20000;

  for (const made of document.querySelectorAll("[data-copy]")) {
    for (const code of made.querySelectorAll("code")) code.after(copyButton(code, made.dataset));
  }

  function copyButton(code, words) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      getSelection().selectAllChildren(code);
      if (!navigator.clipboard) return; // not on https: the text is selected, ready for Ctrl+C
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.copy; }, 2000);
    });
    return button;
  }

  const answer = document.getElementById("answer");

  async function show(address, asked) {
    asked.append(answer); // beside what was asked, not at the end of the page
    const reply = await fetch(address, { referrerPolicy: "no-referrer", cache: "no-store" });
    const text = await reply.text();
    const type = reply.headers.get("Content-Type") || "";
    document.getElementById("answer-what").textContent = `${reply.status} · ${type}`;
    answer.querySelector("pre").textContent = laidOut(text, type).slice(0, MOST);
    answer.hidden = false;
    answer.scrollIntoView({ block: "nearest" });
  }

  function laidOut(text, type) {
    return type.startsWith("application/json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-answer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href, link.closest("li")).catch(() => { location.assign(link.href); });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-answer]");
    if (!form) return;
    const asked = new URLSearchParams(new FormData(form));
    if (!asked.get("knowledgeResponseType")) return; // the page itself: let the browser go there
    event.preventDefault();
    const address = `${form.action}?${asked}`;
    show(address, form).catch(() => { location.assign(address); });
  });
})();
