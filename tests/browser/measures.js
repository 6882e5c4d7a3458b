// What the tests measure in a page or a picture. Each gives its faults as lines of words: none, no
// fault. Where a test must know that there was something to measure, 'checked' counts it.
globalThis.measures = (() => {
  // --- colours ------------------------------------------------------------------------------

  const known = new Map();
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  /** Any colour of CSS as red, green, blue (0 to 255) and opacity (0 to 1). */
  function rgba(colour) {
    if (!known.has(colour)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
      known.set(colour, [red, green, blue, alpha / 255]);
    }
    return known.get(colour);
  }

  function over([r, g, b, a], [red, green, blue]) {
    const mix = (top, under) => top * a + under * (1 - a);
    return [mix(r, red), mix(g, green), mix(b, blue), 1];
  }

  function luminance(colour) {
    const [red, green, blue] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  /** What the browser paints below everything, in the scheme of the document. */
  function canvas() {
    const root = document.documentElement;
    const probe = root.appendChild(document.createElementNS(root.namespaceURI, "g"));
    probe.style.color = "Canvas";
    const colour = rgba(getComputedStyle(probe).color);
    probe.remove();
    return colour;
  }

  /** What is behind an element: its own ground and those of its ancestors, down to an opaque one. */
  function ground(element) {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== "none") return null; // nobody can say
      layers.push(rgba(style.backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reduceRight((under, layer) => over(layer, under), canvas());
  }

  const SHAPES = "rect, circle, ellipse, path, polygon, polyline";
  const UNPAINTED = "defs, clipPath, mask, marker, pattern, symbol";

  /** What a picture has painted at a point of the screen before it came to a label. */
  function painted(label, x, y) {
    const picture = outermost(label);
    let colour = ground(picture);
    for (const shape of picture.querySelectorAll(SHAPES)) {
      if (!(label.compareDocumentPosition(shape) & Node.DOCUMENT_POSITION_PRECEDING)) continue;
      const style = getComputedStyle(shape);
      if (shape.closest(UNPAINTED) || style.fill === "none" || !shape.checkVisibility()) continue;
      const at = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
      if (!shape.isPointInFill(at)) continue;
      if (style.fill.startsWith("url")) return null;
      const [red, green, blue, alpha] = rgba(style.fill);
      const seen = alpha * style.fillOpacity * opacity(shape);
      colour = colour && over([red, green, blue, seen], colour);
    }
    return colour;
  }

  function outermost(element) {
    let picture = element.ownerSVGElement ?? element;
    while (picture.ownerSVGElement) picture = picture.ownerSVGElement;
    return picture;
  }

  function opacity(element) {
    let share = 1;
    for (let one = element; one; one = one.parentElement) share *= getComputedStyle(one).opacity;
    return share;
  }

  // --- what there is ------------------------------------------------------------------------

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const words = (element) => (element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 60);
  const round = (number) => Math.round(number * 100) / 100;

  function shown(element) {
    const { width, height } = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && width > 1 && height > 1;
  }

  /** Name an element so that whoever reads it finds it. */
  function named(element) {
    const kind = element.getAttribute("class");
    return `<${element.localName}${kind ? ` class="${kind}"` : ""}> "${words(element)}"`;
  }

  const ownWords = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  /** Every element with words of its own that somebody can see. */
  function written(selector) {
    const unread = "head, script, style, title, desc, defs";
    return all(selector).filter((one) => !one.closest(unread) && ownWords(one) && shown(one));
  }

  // --- contrast -----------------------------------------------------------------------------

  function contrastOf(element) {
    if (!(element instanceof SVGElement)) {
      const under = ground(element);
      if (!under) return 0;
      const [red, green, blue, alpha] = rgba(getComputedStyle(element).color);
      return contrast(over([red, green, blue, alpha * opacity(element)], under), under);
    }
    const label = element.closest("text") ?? element;
    const { left, right, top, bottom } = label.getBoundingClientRect();
    const style = getComputedStyle(element);
    const [red, green, blue, alpha] = rgba(style.fill);
    const seen = [red, green, blue, alpha * style.fillOpacity * opacity(element)];
    const places = [left + 1, (left + right) / 2, right - 1];
    const grounds = places.map((x) => painted(label, x, (top + bottom) / 2));
    return Math.min(...grounds.map((under) => (under ? contrast(over(seen, under), under) : 0)));
  }

  /** Words that stand out less than 'least' from what is behind them. */
  function faint(least, selector = "*") {
    const found = written(selector);
    const faults = found
      .map((one) => [contrastOf(one), one])
      .filter(([stands]) => stands < least)
      .map(([stands, one]) => `${named(one)} has a contrast of ${round(stands)}`);
    return { checked: found.length, faults };
  }

  // --- room ---------------------------------------------------------------------------------

  const scrolls = (style) => ["auto", "scroll"].includes(style.overflowX);

  /** What sticks out of the window, is cut off, or scrolls without a name or the keyboard. */
  function overflowing() {
    const faults = [];
    const wide = document.scrollingElement.scrollWidth;
    if (wide > innerWidth) faults.push(`the page is ${wide} wide in a window of ${innerWidth}`);
    for (const one of all("body *")) {
      if (!shown(one) || one instanceof SVGElement || one.clientWidth === 0) continue;
      if (one.scrollWidth <= one.clientWidth + 1) continue;
      const style = getComputedStyle(one);
      if (["hidden", "clip"].includes(style.overflowX)) faults.push(`${named(one)} is cut off`);
      else if (!scrolls(style) && wide > innerWidth) faults.push(`${named(one)} is too narrow`);
      else if (scrolls(style) && !(one.tabIndex === 0 && one.hasAttribute("aria-label")))
        faults.push(`${named(one)} scrolls, but has no label or cannot be reached by keyboard`);
    }
    return faults;
  }

  /** Make all letters larger, as a reader's own setting does, whatever unit their size is in. */
  function enlarge(factor) {
    const sizes = all("body, body *").map((one) => [one, parseFloat(getComputedStyle(one).fontSize)]);
    for (const [one, size] of sizes) one.style.fontSize = `${size * factor}px`;
  }

  // --- keyboard and pointer -----------------------------------------------------------------

  const TARGETS = "a[href], button, input, select, textarea, summary";
  const STOPS = `${TARGETS}, [tabindex="0"]`;

  const reachable = () => all(STOPS).filter((one) => shown(one) && !one.disabled);

  /** How many elements a reader must come to by the tab key, which begins at the top. */
  function stops() {
    const top = document.createElement("span");
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
    return reachable().length;
  }

  /** What is in focus: its place among the stops, and how it fails to show that; or null. */
  function focused(least) {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const place = reachable().indexOf(one);
    const style = getComputedStyle(one);
    const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    if (width < 2) return { place, fault: `${named(one)} has an outline of ${width} pixels` };
    const within = parseFloat(style.outlineOffset) + width <= 0;
    const under = ground(within ? one : one.parentElement);
    const stands = under ? contrast(over(rgba(style.outlineColor), under), under) : 0;
    const fault = `${named(one)} has an outline with a contrast of ${round(stands)}`;
    return { place, fault: stands < least ? fault : "" };
  }

  /** Whether a link stands in a sentence, where its height is that of the line (WCAG 2.5.8). */
  function inSentence(link) {
    if (getComputedStyle(link).display !== "inline") return false;
    let block = link.parentElement;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    return words(block) !== words(link);
  }

  /** Targets smaller than 'least' pixels, apart from links in sentences. */
  function small(least) {
    const found = all(TARGETS).filter((one) => shown(one) && !inSentence(one));
    const faults = found
      .map((one) => [one, one.getBoundingClientRect()])
      .filter(([, { width, height }]) => Math.min(width, height) < least)
      .map(([one, { width, height }]) => `${named(one)} is ${round(width)} by ${round(height)}`);
    return { checked: found.length, faults };
  }

  // --- labels of pictures -------------------------------------------------------------------

  const SLACK = 1; // the box of a text is higher than its letters

  /** The corners of a label as it lies on the screen, turned or not. */
  function corners(label) {
    const { x, y, width, height } = label.getBBox();
    const screen = label.getScreenCTM();
    const [left, right, top, bottom] = [x + SLACK, x + width - SLACK, y + SLACK, y + height - SLACK];
    return [[left, top], [right, top], [right, bottom], [left, bottom]].map(
      ([across, down]) => new DOMPoint(across, down).matrixTransform(screen),
    );
  }

  /** Two boxes lie apart if a line along a side of either has one on this side, one on that. */
  function meet(one, other) {
    const axes = [one, other].flatMap(([a, b, , d]) =>
      [b, d].map((end) => ({ x: end.x - a.x, y: end.y - a.y })),
    );
    const along = (box, axis) => box.map((corner) => corner.x * axis.x + corner.y * axis.y);
    return axes.every((axis) => {
      const [mine, yours] = [along(one, axis), along(other, axis)];
      return Math.max(...mine) > Math.min(...yours) && Math.max(...yours) > Math.min(...mine);
    });
  }

  /** Labels that lie on each other, or that the edge of their picture cuts off. */
  function colliding() {
    const faults = [];
    let checked = 0;
    for (const picture of all("svg").filter((one) => !one.ownerSVGElement)) {
      const edge = picture.getBoundingClientRect();
      const labels = all("text", picture).filter((one) => shown(one) && words(one));
      const boxes = labels.map(corners);
      checked += labels.length;
      labels.forEach((label, at) => {
        const out = ({ x, y }) => x < edge.left || x > edge.right || y < edge.top || y > edge.bottom;
        if (boxes[at].some(out)) faults.push(`${named(label)} is cut off by the edge`);
        for (let next = at + 1; next < labels.length; next++)
          if (meet(boxes[at], boxes[next])) faults.push(`${named(label)} meets ${named(labels[next])}`);
      });
    }
    return { checked, faults };
  }

  return { faint, overflowing, enlarge, stops, focused, small, colliding };
})();
