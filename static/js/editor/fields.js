// Fields of one kind only, a short name from the title, and the first error in view.
"use strict";

Editor.part(({ form, text }) => {
  const kind = form.elements.kind;
  function fit() {
    for (const field of form.querySelectorAll("[data-kind]")) {
      const here = field.dataset.kind === kind.value;
      field.disabled = !here; // what is hidden is not sent either
      field.closest(".form-row").hidden = !here;
    }
  }
  if (kind && kind.tagName === "SELECT") {
    kind.addEventListener("change", fit);
    fit();
  }

  const slug = form.elements.slug;
  if (slug && !slug.value) {
    let own = false;
    slug.addEventListener("input", () => (own = true));
    form.elements.title.addEventListener("input", () => {
      const plain = form.elements.title.value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
      if (!own) slug.value = plain.replace(/[^a-z0-9]+/g, "-").slice(0, 60).replace(/^-|-$/g, "");
    });
  }

  const errors = document.getElementById("errors");
  if (errors) errors.focus();
  const unsaved = document.querySelector("[data-continue]");
  if (unsaved) {
    unsaved.addEventListener("click", () => {
      unsaved.closest(".notice").hidden = true;
      text.focus();
    });
  }
});
