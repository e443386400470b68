// Nothing typed is lost: an autosave after each pause, a copy in this browser when the site cannot be reached,
// a sign of life that tells who else is here, and a save that is sent only when somebody is there to take it.
"use strict";

Editor.part((desk) => {
  const { form } = desk;
  const told = document.getElementById("kept");
  const discard = form.querySelector("[name=_discard]");
  const beside = document.getElementById("beside");
  const notice = document.getElementById("from-browser");
  const place = `mbc-unsent:${location.pathname}:${form.dataset.person}`;
  const PAUSE = 1_500;
  const ALIVE = 20_000;

  function values() {
    return [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  }
  const fields = () => new URLSearchParams(values()).toString();
  const opened = "changed" in form.dataset ? "" : fields();
  let kept = opened || fields();
  let typed = false;
  let leaving = false;
  let running = null;
  let timer = 0;

  // --- in this browser, as a last resort ----------------------------------------------------
  let offered = null;
  function store() {
    if (offered) return;
    try {
      localStorage.setItem(place, JSON.stringify({ at: new Date().toISOString(), values: values() }));
    } catch {
      // No room or not allowed: leaving the page asks first.
    }
  }
  function forget() {
    if (!offered) localStorage.removeItem(place);
  }
  function fill(saved) {
    for (const field of form.elements) {
      if (!field.name || field.type === "submit" || field.name === "csrfmiddlewaretoken") continue;
      const given = saved.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox") field.checked = given.includes(field.value);
      else if (given.length) field.value = given[0];
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function offer() {
    try {
      offered = JSON.parse(localStorage.getItem(place));
    } catch {
      offered = null;
    }
    if (!offered) return;
    if (new URLSearchParams(offered.values).toString() === fields()) {
      offered = null;
      forget();
      return;
    }
    const time = notice.querySelector("time");
    Object.assign(time, { dateTime: offered.at }).dataset.local = "";
    localTimes(notice);
    notice.hidden = false;
  }
  function settle(saved) {
    offered = null;
    notice.hidden = true;
    forget();
    if (saved) fill(saved);
  }
  notice.querySelector("[data-take]").addEventListener("click", () => settle(offered.values));
  notice.querySelector("[data-drop]").addEventListener("click", () => settle(null));

  // --- on the site ---------------------------------------------------------------------------
  function tell(words, signIn = false) {
    const parts = [words];
    if (signIn) {
      const link = Object.assign(document.createElement("a"), { target: "_blank", textContent: told.dataset.signIn });
      link.href = form.dataset.signInUrl;
      parts.push(" ", link, `, ${told.dataset.then}.`);
    }
    if (told.textContent !== parts.map((part) => part.textContent ?? part).join("")) told.replaceChildren(...parts);
  }

  function refused(refusal) {
    if (fields() !== kept) store();
    const away = refusal.kind === "signedOut" || refusal.kind === "otherPerson";
    const words = { signedOut: told.dataset.signedOut, otherPerson: told.dataset.otherPerson, refused: refusal.message };
    told.classList.add("trouble");
    tell(words[refusal.kind] || told.dataset.lost, away);
  }

  async function send() {
    const now = fields();
    const body = new FormData(form);
    if (typed) body.set("typed", "1");
    const answer = await (await desk.send(form.dataset.copyUrl, body)).json();
    told.classList.remove("trouble");
    if (answer.kept) {
      kept = now;
      const at = new Date(answer.kept).toLocaleTimeString(document.documentElement.lang || "en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      tell(`${told.dataset.kept} ${at}`);
      if (discard) discard.hidden = false;
      forget();
    } else if (!typed) tell("");
    const shown = new DOMParser().parseFromString(answer.beside, "text/html");
    localTimes(shown);
    if (shown.body.textContent !== beside.textContent) beside.replaceChildren(...shown.body.childNodes);
  }

  // One at a time; what is typed meanwhile goes with the next.
  function keep() {
    clearTimeout(timer);
    const before = running || Promise.resolve();
    const mine = before.catch(() => {}).then(send);
    running = mine;
    return mine;
  }
  const quietly = () => {
    if (!leaving) keep().catch(refused);
  };

  form.addEventListener("input", () => {
    typed = typed || fields() !== opened;
    clearTimeout(timer);
    timer = setTimeout(quietly, PAUSE);
  });
  setInterval(() => {
    if (!document.hidden || fields() !== kept) quietly();
  }, ALIVE);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) quietly();
  });

  // --- saving and leaving ---------------------------------------------------------------------
  const asks = (button) => button && button.dataset.ask && !window.confirm(button.dataset.ask);
  let passed = false;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (passed || (button && button.name === "whole")) return;
    event.preventDefault();
    if (leaving || asks(button)) return;
    leaving = true;
    typed = true;
    try {
      await keep();
    } catch (refusal) {
      if (refusal.kind !== "refused") {
        leaving = false;
        refused(refusal);
        told.scrollIntoView({ block: "nearest" });
        return;
      }
    }
    passed = true;
    form.requestSubmit(button);
  });
  const unsaved = document.getElementById("unsaved");
  if (unsaved) {
    unsaved.addEventListener("submit", (event) => {
      if (asks(event.submitter)) return event.preventDefault();
      leaving = true;
      settle(null);
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && fields() !== kept) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    if (leaving || fields() === kept) return;
    store();
    const body = new FormData(form);
    body.set("typed", "1");
    navigator.sendBeacon(form.dataset.copyUrl, body);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = passed = false;
  });

  offer();
  quietly();
});
