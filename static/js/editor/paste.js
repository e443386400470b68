// Paste from Word or the web: headings, lists, links, bold and tables become Markdown; the rest is left out and named.
"use strict";

const Pasted = (() => {
  const SKIP = new Set(["STYLE", "SCRIPT", "HEAD", "TITLE", "META", "LINK", "TEMPLATE", "NOSCRIPT", "OBJECT", "IFRAME", "FORM", "BUTTON", "SVG", "XML"]);
  const BLOCKS = new Set("P DIV SECTION ARTICLE MAIN HEADER FOOTER ASIDE NAV UL OL LI DL DT DD TABLE BLOCKQUOTE PRE FIGURE FIGCAPTION H1 H2 H3 H4 H5 H6 HR BODY CENTER".split(" "));
  const ADDRESS = /^(?:https?:\/\/[^\s<>"'`\\]+|mailto:[^\s<>"'`\\]+|tel:[0-9+*#]+)$/i;
  const NUMBERED = /^\(?(?:[0-9]{1,3}|[a-z]{1,4})[.)]/i;
  const style = (node) => (node.getAttribute("data-style") || "").toLowerCase();
  const tidy = (words) => words.replace(/[\s\u00a0]+/g, " ");

  // Styles are taken out or renamed before parsing: nothing here is shown, and the page's policy forbids them.
  function parsed(html) {
    const bare = html.replace(/<style[\s>][\s\S]*?<\/style\s*>/gi, "");
    const safe = bare.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
    return new DOMParser().parseFromString(safe, "text/html").body;
  }

  const heading = (node) => {
    const word = /^(?:mso)?(?:heading|title)(\d)?$/i.exec(node.className || "");
    if (/^H[1-6]$/.test(node.tagName)) return Number(node.tagName[1]);
    if (node.getAttribute("role") === "heading") return Number(node.getAttribute("aria-level")) || 2;
    return word && node.tagName === "P" ? Number(word[1] || 1) : 0;
  };
  const isBold = (node) => {
    const weight = /(?:^|;)\s*font-weight:\s*(\w+)/.exec(style(node));
    if (weight) return weight[1] === "bold" || weight[1] === "bolder" || Number(weight[1]) >= 600;
    return node.tagName === "B" || node.tagName === "STRONG";
  };
  const wordList = (node) => {
    const level = /mso-list:\s*l\d+\s+level(\d+)/.exec(style(node));
    return level && node.tagName === "P" ? Number(level[1]) : 0;
  };

  class Writer {
    constructor() {
      this.blocks = [];
      this.dropped = new Map();
      this.levels = []; // the levels of headings met so far, as they came
    }

    drop(what) {
      this.dropped.set(what, (this.dropped.get(what) || 0) + 1);
    }

    // --- words ---------------------------------------------------------------------------------
    inline(node, bold = false) {
      if (node.nodeType === Node.TEXT_NODE) return tidy(node.data).replace(/([\\`*])/g, "\\$1");
      if (node.nodeType !== Node.ELEMENT_NODE || SKIP.has(node.tagName.toUpperCase())) return "";
      if (/mso-list:\s*ignore/.test(style(node))) return "";
      if (/(?:display:\s*none|mso-hide:\s*all)/.test(style(node))) return "";
      const { tagName } = node;
      if (tagName === "BR") return " ";
      if (tagName === "IMG") return this.lost("picture");
      if (tagName === "SUP" && node.classList.contains("cite")) return this.lost("citation"); // one of our own pages
      if (tagName === "VIDEO" || tagName === "AUDIO") return this.lost("recording");
      this.looks(node);
      const strong = isBold(node) && !bold;
      const words = [...node.childNodes].map((child) => this.inline(child, bold || strong)).join("");
      if (tagName === "A") return this.link(node, words);
      return strong ? Writer.around(words, "**") : words;
    }

    lost(what) {
      this.drop(what);
      return "";
    }

    looks(node) {
      if (node.tagName === "I" || node.tagName === "EM" || /font-style:\s*italic/.test(style(node))) this.drop("italics");
      else if (node.tagName === "U" || /text-decoration[^;]*underline/.test(style(node))) this.drop("underlining");
      if (node.tagName === "FONT" || /(?:^|;)\s*(?:background|color):/.test(style(node))) this.drop("colours");
    }

    // A mark stands close to its words: spaces go outside.
    static around(words, mark) {
      const [, before, inside, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(words);
      return inside ? `${before}${mark}${inside}${mark}${after}` : words;
    }

    link(node, words) {
      const given = (node.getAttribute("href") || "").trim();
      if (!given || !words.trim()) return words;
      const own = given.startsWith(`${location.origin}/`) ? given.slice(location.origin.length) : given;
      if (!ADDRESS.test(given)) {
        this.drop("link");
        return words;
      }
      const address = own.replace(/\(/g, "%28").replace(/\)/g, "%29");
      return `[${words.trim().replace(/([[\]])/g, "\\$1")}](${address})${words.endsWith(" ") ? " " : ""}`;
    }

    // --- blocks --------------------------------------------------------------------------------
    add(words, kind = "p") {
      const plain = words.replace(/\*\*(\s*)\*\*/g, "$1").replace(/ +/g, " ").trim();
      if (plain) this.blocks.push({ kind, words: kind === "p" ? plain.replace(/^(#{1,6}\s|[-+>]\s|:::)/, "\\$1").replace(/^(\d{1,9})([.)]\s)/, "$1\\$2") : plain });
    }

    walk(node) {
      let run = "";
      const flush = () => {
        this.add(run);
        run = "";
      };
      for (const child of node.childNodes) {
        const holds = child.nodeType === Node.ELEMENT_NODE && (BLOCKS.has(child.tagName) || child.querySelector([...BLOCKS].join(",")));
        if (child.nodeType === Node.ELEMENT_NODE && SKIP.has(child.tagName.toUpperCase())) continue;
        if (!holds && child.tagName === "BR") flush();
        else if (!holds) run += this.inline(child);
        else {
          flush();
          this.block(child);
        }
      }
      flush();
    }

    block(node) {
      const level = heading(node);
      const inWordList = wordList(node);
      if (level) this.heading(level, this.inline(node, true));
      else if (inWordList) this.item(inWordList, this.isNumbered(node), this.inline(node));
      else if (node.tagName === "UL" || node.tagName === "OL") this.list(node, 1);
      else if (node.tagName === "TABLE") this.table(node);
      else if (node.tagName === "PRE") this.add(this.inline(node));
      else if (node.tagName === "HR") this.drop("line");
      else this.walk(node);
    }

    // The first level of the pasted text becomes “##”, and none is skipped below it.
    heading(level, words) {
      while (this.levels.length && this.levels[this.levels.length - 1] >= level) this.levels.pop();
      this.levels.push(level);
      this.add(`${"#".repeat(Math.min(this.levels.length + 1, 4))} ${words.trim()}`, words.trim() ? "h" : "none");
    }

    isNumbered(node) {
      const mark = [...node.querySelectorAll("[data-style]")].find((one) => /mso-list:\s*ignore/.test(style(one)));
      const words = mark ? tidy(mark.textContent).trim() : "";
      return NUMBERED.test(words) && words !== "o";
    }

    list(node, level) {
      for (const child of node.children) {
        if (child.tagName === "UL" || child.tagName === "OL") {
          this.list(child, level + 1);
          continue;
        }
        const deeper = [...child.children].filter((one) => one.tagName === "UL" || one.tagName === "OL");
        const words = [...child.childNodes].filter((one) => !deeper.includes(one)).map((one) => this.inline(one));
        this.item(level, node.tagName === "OL", words.join(" "));
        for (const one of deeper) this.list(one, level + 1);
      }
    }

    item(level, numbered, words) {
      const plain = words.replace(/ +/g, " ").trim();
      if (plain) this.blocks.push({ kind: "li", level, numbered, words: plain });
    }

    table(node) {
      const rows = [...node.rows].map((row) => [...row.cells].map((cell) => this.inline(cell).trim().replace(/\|/g, "\\|")));
      const width = Math.max(0, ...rows.map((row) => row.length));
      if (width < 2 || node.querySelector("[rowspan]:not([rowspan='1']), [colspan]:not([colspan='1']), table")) {
        this.drop("table");
        for (const row of rows) this.add(row.filter(Boolean).join(", "));
        return;
      }
      const line = (cells) => `| ${Array.from({ length: width }, (_none, at) => cells[at] || " ").join(" | ")} |`;
      this.blocks.push({ kind: "table", words: [line(rows[0]), line(Array(width).fill("---")), ...rows.slice(1).map(line)].join("\n") });
    }

    // --- the whole -----------------------------------------------------------------------------
    text() {
      const out = [];
      let before = null;
      const counts = [];
      for (const block of this.blocks) {
        const inList = block.kind === "li";
        // Another kind of list at the outer level is a list of its own.
        const goesOn = inList && before && before.kind === "li" && (block.level > 1 || counts[0].numbered === block.numbered);
        if (!goesOn) counts.length = 0;
        const words = inList ? Writer.listed(block, counts) : block.words;
        out.push(before ? (goesOn ? "\n" : "\n\n") : "", words);
        before = block;
      }
      return out.join("");
    }

    static listed(block, counts) {
      counts.length = Math.min(block.level, counts.length);
      while (counts.length < block.level) counts.push({ count: 0, width: 2, numbered: block.numbered });
      const here = counts[block.level - 1];
      const mark = block.numbered ? `${++here.count}. ` : "- ";
      const indent = counts.slice(0, -1).reduce((sum, one) => sum + one.width, 0);
      here.width = mark.length;
      return `${" ".repeat(indent)}${mark}${block.words}`;
    }
  }

  const RICH = "h1,h2,h3,h4,h5,h6,ul,ol,table,a[href],b,strong,[role=heading],p[class*=Heading],[data-style*='mso-list'],[data-style*='font-weight']";

  // What a piece of HTML says in Markdown, and what was left out; null where it has no form worth keeping.
  function converted(html) {
    const body = parsed(html);
    if (!body.querySelector(RICH)) return null;
    const writer = new Writer();
    writer.walk(body);
    return { text: writer.text(), dropped: writer.dropped };
  }
  return { converted };
})();

Editor.part((desk) => {
  const { text } = desk;
  const data = document.getElementById("pasted").dataset;

  function told(dropped) {
    const names = [...dropped].map(([what, count]) => (data[what] || what).replace("%d", count));
    return names.length ? `${data.kept} ${data.dropped} ${names.join(", ")}. ${data.undo}` : `${data.kept} ${data.undo}`;
  }

  text.addEventListener("paste", (event) => {
    const clip = event.clipboardData;
    const html = clip.getData("text/html");
    if (!html || clip.types.includes("vscode-editor-data")) return;
    const made = Pasted.converted(html);
    if (!made || !made.text || (made.text === clip.getData("text/plain").trim() && !made.dropped.size)) return;
    event.preventDefault();
    desk.type(made.text);
    desk.tell(told(made.dropped));
  });
});
