// On a bad line nothing typed is lost: a form marked data-keep is kept in this browser until the server has taken it, and
// offered again when it comes back. Photos are made smaller before they are sent. Without this script both work as before.
const PREFIX = "kheo-typed:";
const HOUR = 3600e3;
const LONGEST = 72 * HOUR;
const SIDE = 1600; // pixels of the longer side; enough for a page and for print in a report
const SMALL = 400e3; // bytes; smaller photos are sent as they are

const box = {
  keys() {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; }
  },
  read(key) {
    try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; }
  },
  write(key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden: the form works without */ }
  },
  drop(key) {
    try { localStorage.removeItem(key); } catch { /* nothing was kept then */ }
  },
};

// A shared telephone: what one person typed is shown to nobody else. Whoever signs in or out finds nothing of another.
const owner = document.querySelector("[data-person]")?.dataset.person || "";
for (const key of box.keys()) {
  const kept = box.read(key);
  if (!kept || kept.owner !== owner || Date.now() - kept.at > LONGEST) box.drop(key);
}

const typed = (form) => {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || ["hidden", "password", "file", "submit", "button"].includes(field.type)) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked) (found[field.name] ||= []).push(field.value);
    } else if (field.value) found[field.name] = [field.value];
  }
  return found;
};

const fill = (form, values) => {
  for (const field of form.elements) {
    if (!field.name || ["hidden", "password", "file", "submit", "button"].includes(field.type)) continue;
    const given = values[field.name];
    if (field.type === "radio" || field.type === "checkbox") field.checked = Boolean(given && given.includes(field.value));
    else if (given) field.value = given[0];
    if (given) field.closest("details")?.setAttribute("open", "");
  }
};

// The page after a form was taken says so; what was kept of it is let go there.
for (const taken of document.querySelectorAll("[data-taken]")) box.drop(PREFIX + taken.dataset.taken);

for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = PREFIX + form.dataset.keep;
  const before = JSON.stringify(typed(form));
  const kept = box.read(key);
  const offer = form.querySelector("[data-kept]");
  if (offer && kept && JSON.stringify(kept.values) !== before) {
    offer.hidden = false;
    offer.querySelector("[data-put-back]").addEventListener("click", () => {
      fill(form, kept.values);
      offer.hidden = true;
    });
    offer.querySelector("[data-forget]").addEventListener("click", () => {
      box.drop(key);
      offer.hidden = true;
    });
  }
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => box.write(key, { owner, at: Date.now(), values: typed(form) }), 300);
  });
}
const smaller = async (file) => {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= SMALL) return file;
  try {
    const picture = await createImageBitmap(file);
    const part = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * part);
    canvas.height = Math.round(picture.height * part);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!made || made.size >= file.size) return file;
    return new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file; // the server looks at it anyway
  }
};

for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    const made = await Promise.all(chosen.map(smaller));
    if (made.every((file, at) => file === chosen[at])) return;
    const list = new DataTransfer();
    for (const file of made) list.items.add(file);
    input.files = list.files;
    input.dataset.shrunk = String(made.reduce((sum, file) => sum + file.size, 0));
  });
}
