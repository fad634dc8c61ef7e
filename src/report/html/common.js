'use strict';
// What both kinds of page use: elements, the axis, amounts, clocks, the theme.
const data = JSON.parse(document.getElementById('data').textContent);
const $ = (id) => document.getElementById(id);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};
const WIDTH = 10000;

// Straight between the knots of `table`, whose rows are [from, to].
const along = (table, value, from, to) => {
  let low = 0;
  let high = table.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle][from] <= value) low = middle;
    else high = middle;
  }
  const [a, b] = [table[low], table[high]];
  if (b[from] === a[from]) return a[to];
  const part = Math.min(1, Math.max(0, (value - a[from]) / (b[from] - a[from])));
  return a[to] + part * (b[to] - a[to]);
};
const placeOf = (t) => along(data.scale, t, 0, 1);
const timeAt = (x) => along(data.scale, x, 1, 0);

// Amounts in units of 10^-10 dollars, exactly; all of a page have the decimals that suit the largest.
const UNIT = 10;
const decimalsOf = (whole) => (whole < 10n ** 11n ? 6 : whole < 10n ** 13n ? 4 : 2);
const priced = (amount, decimals) => {
  const scale = 10n ** BigInt(UNIT - decimals);
  const sign = amount < 0n ? '-' : '';
  const rounded = ((amount < 0n ? -amount : amount) + scale / 2n) / scale;
  const text = rounded.toString().padStart(decimals + 1, '0');
  const front = text.slice(0, -decimals).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}$${front}.${text.slice(-decimals)}`;
};

const two = (number) => String(number).padStart(2, '0');
const elapsed = (t) => {
  const parts = [[Math.floor(t / 86400), 'd'], [Math.floor(t / 3600) % 24, 'h'], [Math.floor(t / 60) % 60, 'm'], [t % 60, 's']];
  return parts.filter(([amount]) => amount > 0).map(([amount, unit]) => amount + unit).join(' ') || '0s';
};
const clockAt = (t) => {
  // Clocks of the scenario's zone are so many seconds ahead of UTC from some second on.
  const ahead = data.offsets.findLast(([from]) => from <= t)[1];
  const at = new Date((data.start + t + ahead) * 1000);
  const day = at.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).replace(',', '');
  return [day, `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`];
};

// The mouse takes the cursor along the axis; a click on a bar doesn't fold its lane.
const takeAlong = (chart, toPlace) => {
  const under = (event) => {
    const box = chart.getBoundingClientRect();
    const gutter = parseFloat(getComputedStyle(chart).paddingLeft) || 0;
    return ((event.clientX - box.left - gutter) / (box.width - gutter)) * WIDTH;
  };
  chart.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || under(event) < -60 || event.target.closest('.name, .label')) return;
    toPlace(under(event));
    if (event.pointerType === 'mouse') {
      const move = (moved) => toPlace(under(moved));
      addEventListener('pointermove', move);
      addEventListener('pointerup', () => removeEventListener('pointermove', move), { once: true });
      event.preventDefault();
    }
  });
  chart.addEventListener('click', (event) => {
    if (event.target.closest('summary') && !event.target.closest('.name') && event.detail > 0) event.preventDefault();
  });
};

// The theme.
const theme = $('theme');
const dark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';
const nameTheme = () => { theme.textContent = isDark() ? 'Light theme' : 'Dark theme'; };
theme.hidden = false;
theme.addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  nameTheme();
});
dark.addEventListener('change', nameTheme);
nameTheme();
