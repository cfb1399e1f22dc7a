// What all parts of the page write with. What comes from peers only ever becomes text.

export const $ = id => document.getElementById(id);
export const whole = number => Math.round(number).toLocaleString('en');
export const price = number => number.toLocaleString('en', {minimumSignificantDigits: 6, maximumSignificantDigits: 6});
export const seconds = millis => `${(millis / 1000).toFixed(1)} s`;

/** Sets text only when it changes, so that it can be selected, and read aloud. */
export function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function badge(element, kind, text) {
  element.className = `badge ${kind}`;
  write(element, text);
}

export function make(tag, text = '', className = '') {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}
