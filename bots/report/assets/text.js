// Numbers and times as people read them. Times are UTC.

const pad = (number) => String(number).padStart(2, "0");

function time(seconds, { date = true, clock = true } = {}) {
  const at = new Date(seconds * 1000);
  const day = `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}`;
  const hours = `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`;
  return [date && day, clock && hours].filter(Boolean).join(" ");
}

function number(value, digits = 2) {
  if (value === null || value === undefined) return "–";
  const text = value.toLocaleString("en-US", { maximumFractionDigits: digits });
  return text === "-0" ? "0" : text.replace("-", "−");
}

/** An amount with all digits of its currency, so that a column of them is aligned. */
function money(value, digits, sign = false) {
  if (value === null || value === undefined) return "–";
  const text = value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (sign && value > 0 ? "+" : "") + text.replace("-", "−");
}

function signed(value, digits = 2) {
  if (value === null || value === undefined) return "–";
  return (value > 0 ? "+" : "") + number(value, digits);
}

/** Digits after the point that tell `step` from its neighbours. */
const digitsFor = (step) => Math.max(0, Math.min(8, Math.ceil(-Math.log10(step) - 1e-9)));

/** Digits after the point for an amount of a currency. */
const digitsOf = (currency) => (["USD", "USDT", "USDC"].includes(currency) ? 2 : 8);

function duration(seconds) {
  const parts = [];
  let left = Math.round(seconds);
  for (const [unit, size] of [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]]) {
    if (left >= size || (unit === "s" && !parts.length)) {
      parts.push(`${Math.floor(left / size)}${unit}`);
      left %= size;
    }
  }
  return parts.slice(0, 2).join(" ");
}

/** An element with attributes and children; text is never read as HTML. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
