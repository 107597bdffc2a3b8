// Every view can be taken away: as SVG, as PNG and as CSV.

const PRINTED = `:root, svg { --paper: #fff; --ink: #1b1f24; --soft: #57606a; --rule: #dfe3e8; --grey: #b4b4b4; }
text { font: 11.5px system-ui, sans-serif; fill: #57606a; } .strong, .label { fill: #1b1f24; }
.grid { stroke: #dfe3e8; } .axis { stroke: #57606a; } .rule { stroke: #57606a; stroke-dasharray: 3 3; }
.line { fill: none; stroke: var(--colour); stroke-width: 1.7; } .faint { stroke-width: 1; }
.band { fill: var(--colour); opacity: .14; } .bar { stroke: var(--colour); stroke-width: 2; }
.told { fill: #1b1f24; } .touch { fill: none; } .beside { fill: #1b1f24; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
.mark { fill: var(--colour); stroke: var(--colour); stroke-width: 1.5; } .hollow { fill: #fff; } .dim { opacity: .22; }`;

/** The picture of a view as a file of its own; where nothing is drawn, it says why. */
function standalone(name) {
  const view = views.get(name);
  if (view.stale) drawView(view);
  const drawn = view.element.querySelector(".canvas svg"), reason = view.element.querySelector(".canvas .none");
  const text = reason ? svgTable([[reason.textContent]]) : view.svg ? view.svg(state) : drawn.outerHTML;
  const picture = new DOMParser().parseFromString(text, "text/html").querySelector("svg");
  const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
  picture.setAttribute("viewBox", `-8 -8 ${width + 16} ${height + 16}`);
  picture.setAttribute("width", width + 16);
  picture.setAttribute("height", height + 16);
  picture.querySelectorAll(".cursor").forEach((each) => each.remove());
  const style = document.createElementNS(picture.namespaceURI, "style");
  style.textContent = PRINTED;
  picture.prepend(style);
  return new XMLSerializer().serializeToString(picture);
}

/** What spreadsheets read as the beginning of a formula, unless it is a number; as in the other CSV files. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/, NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function csvOf(name) {
  const cell = (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "";
    const text = Math.abs(value) === Infinity ? (value > 0 ? "inf" : "-inf") : String(value); // as in the files of tables
    const harmless = typeof value !== "string" || NUMBER.test(text) || !FORMULA.test(text) ? text : `'${text}`;
    return /[",\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  return `${views.get(name).csv(state).map((row) => row.map(cell).join(",")).join("\n")}\n`;
}

/** The picture of a view as PNG, at twice its size, drawn on a canvas. */
async function pngOf(name) {
  const text = standalone(name);
  const image = new Image();
  await new Promise((done, failed) => {
    image.onload = done;
    image.onerror = failed;
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  });
  const canvas = document.createElement("canvas");
  canvas.width = 2 * image.width;
  canvas.height = 2 * image.height;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}

async function fileOf(name, kind) {
  if (kind === "svg") return new Blob([standalone(name)], { type: "image/svg+xml" });
  if (kind === "csv") return new Blob([csvOf(name)], { type: "text/csv" });
  return pngOf(name);
}

async function save(name, kind) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await fileOf(name, kind));
  link.download = `${name}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Put the buttons of exports, and a link to the view as it is, beside each view's caption. */
function offerExports() {
  for (const place of document.querySelectorAll(".exports")) {
    const name = place.dataset.of;
    for (const kind of ["svg", "png", "csv"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = kind.toUpperCase();
      button.setAttribute("aria-label", `${name} as ${kind.toUpperCase()}`);
      button.addEventListener("click", () => save(name, kind));
      place.append(button);
    }
    const link = document.createElement("button");
    link.type = "button";
    link.textContent = "link";
    link.title = "Put this view into the address";
    link.setAttribute("aria-label", `link to ${name}`);
    link.addEventListener("click", () => {
      history.replaceState(null, "", `#${addressOf(state, name)}`);
      navigator.clipboard?.writeText(location.href).catch(() => { link.title = "It is in the address"; });
      link.textContent = "linked";
    });
    place.append(link);
  }
}
