// One dialog for everything that a text calls by name: cards, pages, sources, words, numbers.
"use strict";

Editor.part((desk) => {
  const { form, text } = desk;
  const dialog = document.getElementById("picker");
  const filter = document.getElementById("picker-filter");
  const list = document.getElementById("picker-list");
  const state = document.getElementById("picker-state");
  const title = document.getElementById("picker-title");
  const titles = dialog.querySelector("[hidden]").dataset;
  const MOST = 60;
  let kind = "";
  let lists = {};

  const words = (name) => name.replace(/([[\]\\])/g, "\\$1");
  const chosen = () => text.value.slice(text.selectionStart, text.selectionEnd);
  function spaced(insert) {
    const before = text.value[text.selectionStart - 1];
    desk.type(before && !/\s/.test(before) ? ` ${insert}` : insert, text.selectionEnd);
  }
  const inserting = {
    card: (one) => desk.block(one.insert),
    page: (one) => desk.type(`[${chosen() || words(one.name)}](${one.insert})`),
    source: (one) => spaced(one.insert),
    word: (one) => desk.type(one.insert),
    phone: (one) => desk.type(one.insert),
  };

  const plain = (one) => one.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  function shown() {
    const asked = plain(filter.value).split(/\s+/).filter(Boolean);
    const rows = (lists[kind] || []).map((one) => [one, plain(`${one.name} ${one.about} ${one.also}`)]);
    return rows.filter(([, all]) => asked.every((word) => all.includes(word))).map(([one]) => one);
  }

  function row(one) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const name = document.createElement("strong");
    const about = document.createElement("span");
    button.type = "button";
    name.textContent = one.name;
    about.textContent = one.about;
    button.append(name, " ", about);
    button.addEventListener("click", () => take(one));
    item.append(button);
    return item;
  }

  function draw() {
    const found = shown();
    list.replaceChildren(...found.slice(0, MOST).map(row));
    const count = dialog.dataset.found.replace("%d", found.length);
    const more = found.length > MOST ? ` ${dialog.dataset.more.replace("%d", found.length - MOST)}` : "";
    state.textContent = found.length ? `${count}.${more}` : dialog.dataset.none;
  }

  function take(one) {
    dialog.close();
    inserting[kind](one);
  }

  async function open(wanted) {
    kind = wanted;
    title.textContent = titles[`title${kind[0].toUpperCase()}${kind.slice(1)}`];
    filter.value = "";
    list.replaceChildren();
    state.textContent = dialog.dataset.loading;
    dialog.showModal();
    filter.focus();
    const language = form.elements.language ? form.elements.language.value : form.dataset.language;
    try {
      lists = await desk.get(`${form.dataset.choicesUrl}?language=${encodeURIComponent(language)}`);
      draw();
    } catch (refusal) {
      state.textContent = refusal.message || dialog.dataset.lost;
    }
  }

  document.querySelector(".toolbar").addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (button) open(button.dataset.pick);
  });
  filter.addEventListener("input", draw);
  dialog.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    if (event.key === "Enter" && event.target === filter) {
      event.preventDefault();
      if (buttons.length) buttons[0].click();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement) + step;
    (buttons[Math.min(at, buttons.length - 1)] || filter).focus();
  });
  for (const button of document.querySelectorAll("dialog [data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  desk.pick = open;
});
