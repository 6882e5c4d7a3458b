// Search of the repository: runs from a folder, loads nothing from elsewhere, evaluates nothing.
// The other side is documents/site/search.py, which writes what C() takes.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const box = byId("q"), area = byId("search"), list = byId("results"), status = byId("status");
  if (!area) return;
  const PAGE = 20;

  // --- loading: a <script> for each file, as a page from a folder may load nothing else ---
  const loaded = new Map(), waiting = new Map();
  globalThis.C = (name, value) => {
    loaded.set(name, value);
    waiting.get(name)?.resolve(value);
  };
  const load = (name) => {
    if (loaded.has(name)) return loaded.get(name);
    if (!waiting.has(name)) {
      const entry = {};
      entry.promise = new Promise((resolve) => { entry.resolve = resolve; });
      waiting.set(name, entry);
      const script = document.createElement("script");
      script.src = `search/${encodeURIComponent(name)}.js`;
      script.onerror = () => { waiting.delete(name); entry.resolve(null); };
      document.head.append(script);
    }
    return waiting.get(name).promise;
  };

  // --- words: as in text/normalise.py ---
  const fold = (text) => text.toLowerCase().replace(/ß/g, "ss").replace(/ł/g, "l")
    .replace(/ø/g, "o").replace(/đ/g, "d").normalize("NFKD")
    .replace(/[\u0300-\u036f\u00ad\u200b-\u200d\u2060]+/g, "");
  const wordsIn = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) || [];
  const singular = (word) => {
    if (/ie[sd]$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
    if (/(sses|sis)$/.test(word)) return word.slice(0, -2);
    return /s$/.test(word) && !/(ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
  };
  const withoutSuffix = (word) => {
    if (word.endsWith("eed")) return /[aeiouy]/.test(word.slice(0, -3)) ? word.slice(0, -1) : word;
    for (const suffix of ["ment", "ness", "ing", "ed"]) {
      const shorter = word.slice(0, -suffix.length);
      if (word.endsWith(suffix) && shorter.length >= 3 && /[aeiouy]/.test(shorter)) return shorter;
    }
    return word;
  };
  const withoutSilentE = (word) => {
    if (word.length > 3 && word.endsWith("e")) word = word.slice(0, -1);
    return word.length > 3 && /([b-df-hj-np-tv-z])\1$/.test(word) ? word.slice(0, -1) : word;
  };
  const stem = (word) => word.length <= 3 || !/^[a-z]+$/.test(word)
    ? word : withoutSilentE(withoutSuffix(singular(word)));
  const fileName = (start) => Array.from(start, (sign) => /[a-z0-9]/i.test(sign)
    ? sign : `_${sign.codePointAt(0).toString(16)}`).join("");

  // "3A1B": how far on from the case before, in base 36, and a letter for the weight there
  const decode = (text) => {
    const cases = [], weights = [];
    let last = -1, gap = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 65 && code <= 90) {
        last += gap;
        gap = 0;
        cases.push(last);
        weights.push(code - 64);
      } else gap = gap * 36 + (code >= 97 ? code - 87 : code - 48);
    }
    return { cases, weights };
  };
  const decoded = new Map();
  const casesOf = (key, text) => {
    if (!decoded.has(key)) decoded.set(key, decode(text));
    return decoded.get(key);
  };

  let index, facets = [], stop, common;

  const shardsFor = async (start) => {
    const names = index.shards.filter((each) => each.startsWith(start) || start.startsWith(each));
    const all = await Promise.all(names.map((each) => load(fileName(each))));
    return all.filter(Boolean);
  };
  // Which words of the index a typed word means: its own stem, and while it is typed what begins so.
  const matches = async (word, isTyped) => {
    const root = stem(word), found = new Map();
    const starts = new Set([root.slice(0, 2), word.slice(0, 2)]);
    for (const start of starts) {
      for (const shard of await shardsFor(isTyped ? word.slice(0, 3) : start)) {
        for (const [each, text] of Object.entries(shard)) {
          const grown = word.startsWith(each) && each.length > 3 && word.length - each.length < 5;
          if (each === root || (isTyped && (each.startsWith(word) || grown))) found.set(each, text);
        }
      }
    }
    return found;
  };
  const scoreOf = async (word, isTyped) => {
    const scores = new Map();
    for (const [each, text] of await matches(word, isTyped)) {
      const { cases, weights } = casesOf(each, text);
      const rarity = Math.log(1 + index.cases / cases.length) * (each === stem(word) ? 1 : 0.7);
      cases.forEach((number, i) => {
        const score = weights[i] * rarity;
        if (score > (scores.get(number) || 0)) scores.set(number, score);
      });
    }
    return scores;
  };
  const find = async (text) => {
    const words = wordsIn(text);
    const isOpen = /[\p{L}\p{N}]$/u.test(text);
    const scores = await Promise.all(words.map((word, i) =>
      scoreOf(word, isOpen && i === words.length - 1)));
    const isCommon = (word) => stop.has(word) || common.has(stem(word));
    const needed = words.map((word, i) => [word, scores[i]]).filter(([word]) => !isCommon(word));
    const required = (needed.length ? needed.map(([, score]) => score) : scores);
    const total = new Map();
    for (const score of scores) {
      for (const [number, value] of score) total.set(number, (total.get(number) || 0) + value);
    }
    const inAll = [...total.keys()].filter((number) => required.every((score) => score.has(number)));
    const numbers = inAll.length ? inAll : [...total.keys()];
    numbers.sort((a, b) => total.get(b) - total.get(a) || a - b);
    return { numbers, isAny: !inAll.length && numbers.length > 0, unknown: words.filter((word, i) => !scores[i].size) };
  };
  // One letter more, less, other, or two changed places.
  const isNear = (a, b) => {
    if (a === b || Math.abs(a.length - b.length) > 1) return false;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    const rest = (x, y) => a.slice(i + x) === b.slice(i + y);
    return rest(1, 1) || rest(1, 0) || rest(0, 1)
      || (a[i] === b[i + 1] && a[i + 1] === b[i] && rest(2, 2));
  };
  const suggest = async (word) => {
    const root = stem(word), near = [];
    for (const shard of await shardsFor(word.slice(0, 2))) {
      near.push(...Object.keys(shard).filter((each) => each.length > 3 && isNear(each, root)));
    }
    return near.slice(0, 3);
  };

  // --- the page ---
  const selects = () => [...area.querySelectorAll("select")];
  const readState = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    box.value = state.get("q") || "";
    for (const select of selects()) select.value = state.get(select.name) || "";
    return Math.max(1, Number.parseInt(state.get("page"), 10) || 1);
  };
  const writeState = (page) => {
    const state = new URLSearchParams();
    if (box.value.trim()) state.set("q", box.value.trim());
    for (const select of selects()) if (select.value) state.set(select.name, select.value);
    if (page > 1) state.set("page", page);
    const hash = `#${state}`;
    if (hash !== (location.hash || "#")) {
      try { history.replaceState(null, "", hash === "#" ? location.pathname : hash); }
      catch { location.replace(hash); }
    }
  };
  const element = (name, text, parent, attributes = {}) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent?.append(made);
    return made;
  };
  const titleOf = async (number) => {
    let page = index.titles.length;
    while (index.titles[page - 1] > number) page--;
    const rows = await load(`titles-${page}`);
    return rows && rows[number - index.titles[page - 1]];
  };
  const showCounts = (passing) => {
    for (const facet of facets) {
      for (const value of facet.values) {
        const open = passing(facet.key);
        let count = 0;
        for (const number of value.cases) if (open(number)) count++;
        value.option.textContent = `${value.name} (${count})`;
      }
    }
  };
  let turn = 0;
  const show = async (page = 1) => {
    const mine = ++turn, text = box.value.trim();
    const chosen = facets.map((facet) => [facet.key, facet.values.find((value) => value.name === facet.select.value)])
      .filter(([, value]) => value);
    const isAsked = text.length > 1 || chosen.length > 0;
    const all = { numbers: Array.from({ length: index.cases }, (_, i) => i), unknown: [] };
    const result = text.length > 1 ? await find(text) : all;
    const passes = (number, without) => chosen.every(([key, value]) => key === without || value.set.has(number));
    const numbers = result.numbers.filter((number) => passes(number));
    const found = new Set(result.numbers);
    const pages = Math.max(1, Math.ceil(numbers.length / PAGE));
    page = Math.min(page, pages);
    const rows = await Promise.all(numbers.slice((page - 1) * PAGE, page * PAGE).map(titleOf));
    const others = text.length > 1 && result.unknown.length ? await suggest(result.unknown[0]) : [];
    if (mine !== turn) return; // somebody typed on meanwhile
    showCounts((key) => (number) => found.has(number) && passes(number, key));
    byId("browse").hidden = isAsked;
    list.replaceChildren();
    byId("pages").replaceChildren();
    byId("near").replaceChildren();
    if (isAsked) {
      const count = numbers.length === 1 ? "1 case" : `${numbers.length} cases`;
      status.textContent = (numbers.length ? count : "No case") + (result.isAny ? " with some of these words" : "");
      for (const row of rows.filter(Boolean)) {
        const [address, title, note, about] = row, entry = element("li", "", list);
        element("a", title, element("p", "", entry, { class: "hit" }), { href: address });
        if (note) element("p", note, entry);
        if (about) element("p", about, entry, { class: "soft" });
      }
      list.start = (page - 1) * PAGE + 1;
      const turnTo = (number, label) => {
        const button = element("button", label, byId("pages"), { type: "button" });
        button.addEventListener("click", async () => { writeState(number); await show(number); status.focus(); });
      };
      if (page > 1) turnTo(page - 1, "Earlier");
      if (pages > 1) element("span", `Page ${page} of ${pages}`, byId("pages"));
      if (page < pages) turnTo(page + 1, "More");
      if (others.length) {
        byId("near").append("Try also: ");
        for (const other of others) {
          element("button", other, byId("near"), { type: "button" }).addEventListener("click", () => {
            box.value = other;
            box.focus();
            changed();
          });
        }
      }
    } else status.textContent = "";
  };
  const changed = () => { writeState(1); show(); };

  const start = async () => {
    index = await load("index");
    if (!index) return;
    stop = new Set(index.stop.split(" "));
    common = new Set(index.common.split(" "));
    const files = await Promise.all(Array.from({ length: index.facets }, (_, i) => load(`facets-${i + 1}`)));
    const byKey = new Map();
    for (const [key, label, name, text] of files.filter(Boolean).flat()) {
      if (!byKey.has(key)) {
        const holder = element("p", "", byId("facets"));
        element("label", label, holder, { for: `facet-${key}` });
        const select = element("select", "", holder, { id: `facet-${key}`, name: key });
        element("option", "any", select, { value: "" });
        byKey.set(key, { key, select, values: [] });
        select.addEventListener("change", changed);
      }
      const facet = byKey.get(key), { cases } = decode(text);
      const option = element("option", name, facet.select, { value: name });
      facet.values.push({ name, cases, option, set: new Set(cases) });
    }
    facets = [...byKey.values()];
    const isWide = matchMedia("(min-width: 48rem)").matches;
    readState();
    byId("narrow").open = isWide || facets.some((facet) => facet.select.value);
    area.hidden = false;
    area.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
    box.addEventListener("input", changed);
    byId("clear").addEventListener("click", () => {
      box.value = "";
      for (const select of selects()) select.value = "";
      box.focus();
      changed();
    });
    addEventListener("hashchange", () => show(readState()));
    await show(readState());
  };
  start();
})();
