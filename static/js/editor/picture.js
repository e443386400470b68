// Pictures: before anything is uploaded or inserted, a description or the word that it is decorative.
"use strict";

Editor.part((desk) => {
  const { form, text } = desk;
  const dialog = document.getElementById("picture");
  const input = document.getElementById("picture-file");
  const named = document.getElementById("picture-name");
  const words = document.getElementById("picture-words");
  const said = document.getElementById("picture-answer");
  const add = dialog.querySelector("[data-add]");
  const roles = [...dialog.querySelectorAll("[name=picture-role]")];
  const role = () => (roles.find((one) => one.checked) || {}).value;
  let file = null;

  function take(given) {
    file = given || null;
    named.textContent = file ? `${file.name || "picture"} (${Math.max(1, Math.round(file.size / 1024))} kB)` : "";
  }

  function open(given) {
    take(given);
    input.value = "";
    words.value = "";
    said.textContent = "";
    for (const one of roles) one.checked = false;
    words.disabled = false;
    dialog.showModal();
  }

  function missing() {
    if (!file) return [said.dataset.file, input];
    if (!role()) return [said.dataset.role, roles[0]];
    if (role() === "describe" && !words.value.trim()) return [said.dataset.words, words];
    return null;
  }

  async function upload() {
    const wrong = missing();
    if (wrong) {
      said.textContent = wrong[0];
      wrong[1].focus();
      return;
    }
    const body = new FormData();
    body.append("image", file);
    said.textContent = said.dataset.busy;
    add.disabled = true;
    try {
      const { url } = await (await desk.send(form.dataset.uploadUrl, body)).json();
      const described = words.value.trim().replace(/\s+/g, " ").replace(/([[\]\\])/g, "\\$1");
      dialog.close();
      desk.block(role() === "decorative" ? `![](${url} "decorative")` : `![${described}](${url})`);
    } catch (refusal) {
      said.textContent = refusal.message || said.dataset.lost;
    }
    add.disabled = false;
  }

  document.querySelector(".toolbar [data-picture]").addEventListener("click", () => open(null));
  input.addEventListener("change", () => take(input.files[0]));
  add.addEventListener("click", upload);
  dialog.addEventListener("change", () => (words.disabled = role() === "decorative"));
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    upload();
  });

  const pictureIn = (files) => [...files].find((one) => one.type.startsWith("image/"));
  text.addEventListener("paste", (event) => {
    // Word puts a picture of the text beside the text itself: then the text is meant.
    const given = event.clipboardData.getData("text/plain") ? null : pictureIn(event.clipboardData.files);
    if (!given) return;
    event.preventDefault();
    open(given);
  });
  text.addEventListener("drop", (event) => {
    const given = pictureIn(event.dataTransfer.files);
    if (!given) return;
    event.preventDefault();
    open(given);
  });
});
