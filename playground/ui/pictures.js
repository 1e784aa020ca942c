// Pictures and files: what the playground serves is shown; what lies outside is never fetched, a frame stands in its place.
import { h, icon, isolated } from "./dom.js";
import { localFile, openable } from "./links.js";

function addressOf({ image_url: url, slack_file: file }) {
  if (url) return url;
  return file?.url ?? (file?.id ? `/files/${encodeURIComponent(file.id)}/file` : "");
}

function hostOf(address) {
  return openable(address)?.host ?? "an unknown place";
}

/** The frame that stands for a picture from outside. */
function frame(address, alt) {
  const title = `A picture from ${hostOf(address)}; the playground loads nothing from outside`;
  return h(
    "div",
    { class: "picture-frame", role: "img", "aria-label": `${alt || "Picture"} (not loaded)`, title },
    icon("picture", 22),
    h(
      "span",
      {},
      isolated(alt || "Picture", { class: "picture-alt" }),
      h("span", { class: "picture-host" }, isolated(hostOf(address)), " · not loaded"),
    ),
  );
}

/** A picture in full width, in a frame when it is from outside. */
export function picture(block) {
  const address = addressOf(block);
  const local = localFile(address);
  if (!local) return frame(address, block.alt_text);
  return h(
    "a",
    { class: "picture", href: local, target: "_blank", rel: "noopener" },
    h("img", { src: local, alt: block.alt_text ?? "", loading: "lazy" }),
  );
}

/** A small picture: in a context line, or at the side of a section. */
export function smallPicture(element, large = false) {
  const address = addressOf(element);
  const local = localFile(address);
  const size = large ? "thumb" : "glyph";
  if (local)
    return h("img", { class: `small-picture ${size}`, src: local, alt: element.alt_text ?? "", loading: "lazy" });
  const title = `${element.alt_text ?? "Picture"} (from ${hostOf(address)}, not loaded)`;
  return h(
    "span",
    { class: `small-picture frame ${size}`, role: "img", "aria-label": title, title },
    icon("picture", large ? 20 : 12),
  );
}

function sizeText(bytes) {
  if (!bytes) return "";
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** A file of a message: a picture is shown, anything else is a line to open it. */
export function fileElement(file) {
  const local = localFile(
    file.url_private ?? file.url ?? file.permalink ?? `/files/${file.id}/${encodeURIComponent(file.name ?? "file")}`,
  );
  const name = file.title || file.name || "File";
  if (local && String(file.mimetype ?? "").startsWith("image/")) {
    return h(
      "figure",
      { class: "file-picture" },
      picture({ image_url: local, alt_text: file.alt_txt || name }),
      h("figcaption", {}, isolated(name)),
    );
  }
  const about = [file.pretty_type || file.filetype?.toUpperCase(), sizeText(file.size)].filter(Boolean).join(" · ");
  return h(
    "a",
    { class: "file", href: local, target: "_blank", rel: "noopener" },
    icon("file", 20),
    h("span", {}, isolated(name, { class: "file-name" }), h("span", { class: "file-about" }, about)),
  );
}
