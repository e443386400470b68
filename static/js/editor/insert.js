// Insert buttons: each makes what can also be typed, in steps that Ctrl+Z takes back.
"use strict";

Editor.part((desk) => {
  const { text } = desk;
  const bar = document.querySelector(".toolbar");
  bar.hidden = false;

  // Put words in place of a stretch of the text.
  function type(words, from = text.selectionStart, to = text.selectionEnd) {
    text.focus();
    text.setSelectionRange(from, to);
    // The one way of typing that browsers let people undo.
    if (document.execCommand("insertText", false, words)) return;
    text.setRangeText(words, from, to, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A block with an empty line above and below; `chosen` is selected in it afterwards.
  function block(words, chosen = "", from = text.selectionStart, to = text.selectionEnd) {
    const before = text.value.slice(0, from).replace(/[ \t]+$/, "");
    const after = text.value.slice(to);
    const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const end = after === "" || after.startsWith("\n\n") ? "\n" : after.startsWith("\n") ? "\n" : "\n\n";
    type(gap + words + end, before.length, to + (after.startsWith("\n") ? 1 : 0));
    select(chosen, before.length);
  }

  function select(words, from) {
    const at = words ? text.value.indexOf(words, from) : -1;
    if (at >= 0) text.setSelectionRange(at, at + words.length);
  }

  function lines() {
    const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    const next = text.value.indexOf("\n", text.selectionEnd);
    const to = next < 0 ? text.value.length : next;
    return { from, to, rows: text.value.slice(from, to).split("\n") };
  }

  const bare = (row) => row.replace(/^\s*(?:#{1,6}|[-*+]|\d{1,9}[.)])\s+/, "");

  function prefixed(mark) {
    const { from, to, rows } = lines();
    let count = 0;
    const made = rows.map((row) => (row.trim() || rows.length === 1 ? mark(++count) + bare(row) : row));
    type(made.join("\n"), from, to);
  }

  function boxed(name, start, sample) {
    const { from, to, rows } = lines();
    const full = rows.filter((row) => row.trim()).map((row) => `- ${bare(row)}`);
    if (full.length) block(`::: ${name}\n${full.join("\n")}\n:::`, "", from, to);
    else block(`::: ${name}\n- ${start}${sample}\n:::`, sample);
  }

  function bold() {
    const { selectionStart: from, selectionEnd: to } = text;
    const words = text.value.slice(from, to) || "important words";
    type(`**${words}**`, from, to);
    text.setSelectionRange(from + 2, from + 2 + words.length);
  }

  const actions = {
    heading: () => prefixed(() => "## "),
    smaller: () => prefixed(() => "### "),
    list: () => prefixed(() => "- "),
    numbers: () => prefixed((count) => `${count}. `),
    bold,
    short: () => boxed("short", "", "one plain point"),
    do: () => boxed("do", "", "what helps"),
    dont: () => boxed("dont", "do not ", "what does harm"),
    questions: () => boxed("questions", "", "What should I ask?"),
  };
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) actions[button.dataset.do]();
  });

  // One stop for Tab, arrows inside.
  const buttons = [...bar.querySelectorAll("button")];
  const stop = (one) => buttons.forEach((button) => (button.tabIndex = button === one ? 0 : -1));
  stop(buttons[0]);
  bar.addEventListener("focusin", (event) => stop(event.target));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const edge = { Home: 0, End: buttons.length - 1 }[event.key];
    if (step === undefined && edge === undefined) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    buttons[edge ?? (at + step + buttons.length) % buttons.length].focus();
  });

  Object.assign(desk, { type, block, actions });
});
