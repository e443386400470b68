// The editor's help: insert buttons, live preview, pictures, Ctrl+S. Saving works without it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("topic-form");
  if (!form) return;
  const text = form.querySelector("textarea.markdownx-editor");
  const frame = document.getElementById("preview");
  const problems = document.getElementById("problems");
  const state = document.querySelector(".preview-state");
  const answer = document.querySelector(".toolbar-answer");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let saving = false;
  let opened = fields();

  document.documentElement.classList.add("has-script");
  document.querySelector(".toolbar").hidden = false;
  document.querySelector(".editor-preview").hidden = false;

  function fields() {
    return new URLSearchParams(new FormData(form)).toString();
  }

  async function post(address, body) {
    const reply = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token }, credentials: "same-origin" });
    return reply;
  }

  // --- preview: the newest text wins, however slowly older answers arrive ---
  let asked = 0;
  let timer = 0;
  const scrolled = () => frame.contentDocument.scrollingElement;

  async function preview() {
    const mine = ++asked;
    state.textContent = form.dataset.busy || "…";
    let html = "";
    try {
      const reply = await post(form.dataset.previewUrl, new FormData(form));
      html = await reply.text();
      // Our own sentences and fragments only: any other page (a proxy's, say) is not put in.
      if (!html.includes("data-part=") && !html.startsWith('<p class="refused"')) throw new Error("not ours");
    } catch {
      if (mine === asked) state.textContent = "The preview cannot be reached. Your text is still here.";
      return;
    }
    if (mine !== asked) return;
    show(new DOMParser().parseFromString(html, "text/html"));
  }

  function show(answered) {
    const page = answered.querySelector('[data-part="page"]');
    const found = answered.querySelector('[data-part="problems"]');
    problems.replaceChildren(...(found || answered.body).childNodes);
    state.textContent = "";
    const main = frame.contentDocument && frame.contentDocument.querySelector("main");
    if (!page || !main || !page.textContent.trim()) return;
    const place = scrolled().scrollTop;
    main.replaceChildren(...[...page.childNodes].map((node) => frame.contentDocument.importNode(node, true)));
    scrolled().scrollTop = place;
    form.dispatchEvent(new CustomEvent("previewed"));
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(preview, 400);
  }

  form.addEventListener("input", soon);
  function framed() {
    frame.contentDocument.addEventListener("click", (event) => {
      const link = event.target.closest && event.target.closest("a");
      if (link && !link.getAttribute("href").startsWith("#")) event.preventDefault();
    });
    preview();
  }
  frame.addEventListener("load", framed);
  if (frame.contentDocument && frame.contentDocument.readyState === "complete" && frame.contentDocument.querySelector("main")) framed();

  for (const button of document.querySelectorAll("[data-width]")) {
    button.addEventListener("click", () => {
      frame.className = button.dataset.width;
      for (const other of document.querySelectorAll("[data-width]")) other.setAttribute("aria-pressed", String(other === button));
    });
  }

  problems.addEventListener("click", (event) => {
    const line = Number(event.target.dataset && event.target.dataset.line);
    if (!line) return;
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[line - 1] || "").length);
  });

  // --- insert buttons ---
  function insert(words, select) {
    const start = text.selectionStart;
    const atLineStart = start === 0 || text.value[start - 1] === "\n";
    const block = /^(#|-|:::)/.test(words);
    const added = block && !atLineStart ? `\n\n${words}` : words;
    text.setRangeText(added, start, text.selectionEnd, "end");
    if (select) {
      const from = text.value.indexOf(select, start);
      text.setSelectionRange(from, from + select.length);
    }
    text.focus();
    soon();
  }

  for (const button of document.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", () => insert(button.dataset.insert, button.dataset.select));
  }

  // --- pictures: asked for a description first; a refusal is said, and nothing is inserted ---
  async function picture(file) {
    const words = window.prompt("Describe the picture for people who cannot see it:");
    if (!words || !words.trim()) {
      answer.textContent = "The picture was not added: it needs a description.";
      return;
    }
    const body = new FormData();
    body.append("image", file);
    answer.textContent = "Uploading…";
    try {
      const reply = await post(form.dataset.uploadUrl, body);
      const sent = reply.headers.get("Content-Type") || "";
      if (!sent.startsWith("application/json")) {
        const page = new DOMParser().parseFromString(await reply.text(), "text/html");
        const said = page.querySelector("p.refused");
        throw new Error(said ? said.textContent : "The picture could not be uploaded. It may be too large.");
      }
      const data = await reply.json();
      if (!reply.ok) throw new Error(data.error);
      insert(`![${words.trim().replace(/[[\]]/g, "")}](${data.url})`);
      answer.textContent = "";
    } catch (error) {
      answer.textContent = error.message || "The picture could not be uploaded.";
    }
  }

  document.querySelector("[data-picture]").addEventListener("change", (event) => {
    if (event.target.files.length) picture(event.target.files[0]);
    event.target.value = "";
  });
  text.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
    if (file) {
      event.preventDefault();
      picture(file);
    }
  });
  text.addEventListener("drop", (event) => {
    const file = [...event.dataTransfer.files].find((one) => one.type.startsWith("image/"));
    if (file) {
      event.preventDefault();
      picture(file);
    }
  });

  // --- nothing typed is lost: Ctrl+S saves the draft, leaving asks first ---
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=_save]"));
    }
  });
  form.addEventListener("submit", (event) => {
    saving = !(event.submitter && event.submitter.name === "whole");
  });
  window.addEventListener("beforeunload", (event) => {
    if (!saving && fields() !== opened) event.preventDefault();
  });
  if (document.querySelector(".errornote, .both-texts")) opened = "";
});
