// The preview and the problems: one call after a pause; the newest text wins, however late answers come.
"use strict";

Editor.part((desk) => {
  const { form, text } = desk;
  const pane = document.querySelector(".editor-preview");
  const frame = document.getElementById("preview");
  const problems = document.getElementById("problems");
  const count = document.getElementById("problem-count");
  const state = document.querySelector(".preview-state");
  const modes = [...document.querySelectorAll("[data-mode]")];
  const places = {};
  let mode = "page";
  let answered = null;
  let asked = 0;
  let timer = 0;
  pane.hidden = false;

  async function preview() {
    const mine = ++asked;
    state.textContent = state.dataset.busy;
    try {
      const reply = await desk.send(form.dataset.previewUrl, new FormData(form));
      const html = await reply.text();
      // Our own fragments only: any other page (a proxy's, say) is not put in.
      if (!html.includes("data-part=")) throw new Refusal("lost");
      if (mine === asked) show(new DOMParser().parseFromString(html, "text/html"));
    } catch (refusal) {
      if (mine === asked) state.textContent = refusal.message || state.dataset.lost;
    }
  }

  function show(answer) {
    const found = answer.querySelector('[data-part="problems"]');
    const words = found.querySelector(".problem-count").textContent.replace(/\s+/g, " ").trim();
    if (count.textContent !== words) count.textContent = words; // said once, not at every key
    problems.replaceChildren(...found.children);
    problems.querySelector(".problem-count").remove();
    state.textContent = "";
    if (answer.querySelector('[data-part="page"]').textContent.trim()) answered = answer;
    place();
  }

  // The style for paper on the screen: rules for print apply, and those for the screen do not.
  const asWritten = new WeakMap();
  function onPaper(inside, paper) {
    for (const rule of [...inside.styleSheets].flatMap((sheet) => [...sheet.cssRules])) {
      if (!rule.media) continue;
      if (!asWritten.has(rule)) asWritten.set(rule, rule.media.mediaText);
      const written = asWritten.get(rule);
      const shown = { print: "all", screen: "not all" }[written.match(/^(print|screen)\b/)?.[0]] || written;
      rule.media.mediaText = paper ? shown : written;
    }
  }

  // Into the frame, once it is there: a slow frame gets the newest answer when it comes.
  function place() {
    const inside = frame.contentDocument;
    const main = inside && inside.querySelector("main");
    if (!main || !answered) return;
    onPaper(inside, mode === "print");
    inside.body.style.padding = mode === "print" ? "18mm" : ""; // the margins of the paper
    const part = answered.querySelector(`[data-part="${mode === "short" ? "short" : "page"}"]`);
    const top = places[mode] || 0;
    main.replaceChildren(...[...part.childNodes].map((node) => inside.importNode(node, true)));
    inside.scrollingElement.scrollTop = top;
  }

  function framed() {
    const inside = frame.contentDocument;
    inside.addEventListener("scroll", () => (places[mode] = inside.scrollingElement.scrollTop), { passive: true });
    inside.addEventListener("click", (event) => {
      const link = event.target.closest && event.target.closest("a");
      if (link && !link.getAttribute("href").startsWith("#")) event.preventDefault();
    });
    place();
  }
  frame.addEventListener("load", framed);
  if (frame.contentDocument && frame.contentDocument.readyState === "complete" && frame.contentDocument.querySelector("main")) framed();

  for (const button of modes) {
    button.addEventListener("click", () => {
      mode = button.dataset.mode;
      frame.className = mode;
      for (const one of modes) one.setAttribute("aria-pressed", String(one === button));
      place();
    });
  }

  // --- going to a problem -------------------------------------------------------------------
  function goTo(line) {
    const rows = text.value.split("\n");
    const from = rows.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(from, from + (rows[line - 1] || "").length);
    const twin = text.cloneNode(); // only a text field of the same width knows where its lines break
    for (const name of ["id", "name"]) twin.removeAttribute(name);
    Object.assign(twin.style, { position: "absolute", visibility: "hidden", minHeight: "0", height: "0", width: `${text.offsetWidth}px` });
    text.after(twin);
    twin.value = text.value.slice(0, from);
    text.scrollTop = twin.scrollHeight - text.clientHeight / 3;
    twin.remove();
  }

  problems.addEventListener("click", (event) => {
    let button = event.target.closest("button");
    if (button && "first" in button.dataset) button = problems.querySelector("[data-line], [data-field]");
    if (!button) return;
    if (button.dataset.line) return goTo(Number(button.dataset.line));
    const field = document.getElementById(button.dataset.field);
    const target = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
    target.focus();
  });

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(preview, 500);
  });
  preview();
});
