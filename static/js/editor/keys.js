// Keys, their list, and the switch that turns them off.
"use strict";

Editor.part((desk) => {
  const { form, text } = desk;
  const dialog = document.getElementById("keys");
  const off = document.getElementById("keys-off");
  const PLACE = "mbc-keys-off";
  off.checked = localStorage.getItem(PLACE) === "1";
  off.addEventListener("change", () => localStorage.setItem(PLACE, off.checked ? "1" : "0"));

  function review() {
    const button = form.querySelector("[name=_submit]");
    if (!button) return desk.tell(dialog.dataset.noReview);
    if (window.confirm(dialog.dataset.ask)) form.requestSubmit(button);
  }

  const inText = "bk"; // these two mean something else outside the text
  const keys = {
    s: () => form.requestSubmit(form.querySelector("[name=_save]")),
    Enter: review,
    b: () => desk.actions.bold(),
    k: () => desk.pick("page"),
  };
  document.addEventListener("keydown", (event) => {
    if (off.checked || document.querySelector("dialog[open]") || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && keys[event.key]) {
      if (inText.includes(event.key) && document.activeElement !== text) return;
      event.preventDefault();
      keys[event.key]();
    } else if (event.key === "?" && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      dialog.showModal();
    }
  });
  document.querySelector(".toolbar [data-keys]").addEventListener("click", () => dialog.showModal());
});
