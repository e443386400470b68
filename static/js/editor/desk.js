// What every part of the editor shares: the form, and how it speaks with the site. Saving works without any of it.
"use strict";

const Editor = {
  parts: [],
  part(start) {
    this.parts.push(start);
  },
};

// Why the site did not do what was asked: signedOut, otherPerson, lost (nothing answered) or refused (in its own words).
class Refusal extends Error {
  constructor(kind, words = "") {
    super(words);
    this.kind = kind;
  }
}

function localTimes(inside) {
  const today = new Date().toDateString();
  for (const time of inside.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const day = at.toDateString() === today ? {} : { day: "numeric", month: "long" };
    if (!Number.isNaN(at.valueOf())) time.textContent = at.toLocaleString(document.documentElement.lang || "en", { ...day, ...clock });
  }
}

document.addEventListener("DOMContentLoaded", () => {
  localTimes(document);
  const form = document.getElementById("topic-form");
  if (!form) return;
  document.documentElement.classList.add("has-script");
  const tokens = () => document.querySelectorAll("[name=csrfmiddlewaretoken]");

  async function reach(address, options) {
    try {
      return await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(30_000), ...options });
    } catch {
      throw new Refusal("lost");
    }
  }

  async function said(reply) {
    const words = await reply.text();
    if ((reply.headers.get("Content-Type") || "").startsWith("application/json")) return JSON.parse(words).error;
    const told = new DOMParser().parseFromString(words, "text/html").querySelector("p.refused, p.intro");
    return told ? told.textContent.trim() : "";
  }

  // A sign-in in another tab makes this page's token void: fetch the one that counts now.
  async function renew() {
    const reply = await reach(form.dataset.tokenUrl);
    if (reply.status === 403) throw new Refusal("signedOut", await said(reply));
    if (!reply.ok) throw new Refusal("lost");
    const { token, person } = await reply.json();
    if (person !== form.dataset.person) throw new Refusal("otherPerson");
    for (const field of tokens()) field.value = token;
  }

  async function send(address, body) {
    body.delete("csrfmiddlewaretoken"); // the header carries it, so that it can be renewed
    const post = () => reach(address, { method: "POST", body, headers: { "X-CSRFToken": tokens()[0].value } });
    let reply = await post();
    if (reply.status === 403) {
      await renew();
      reply = await post();
    }
    if (reply.status >= 500) throw new Refusal("lost");
    if (!reply.ok) throw new Refusal("refused", await said(reply));
    return reply;
  }

  async function get(address) {
    const reply = await reach(address);
    if (reply.status === 403) throw new Refusal("signedOut", await said(reply));
    if (!reply.ok) throw new Refusal("lost");
    return reply.json();
  }

  const answer = document.querySelector(".toolbar-answer");
  const desk = { form, text: form.elements.body, send, get, tell: (words) => (answer.textContent = words) };
  for (const start of Editor.parts) {
    try {
      start(desk);
    } catch (error) {
      setTimeout(() => { throw error; }); // a help that fails takes no other with it
    }
  }
});
