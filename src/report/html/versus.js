// One cursor over all choices: when it is there, and what each has come to by then.
(() => {
  const sides = data.sides.map(({ name, knots }) => ({ name, knots: knots.map(([t, amount]) => [t, BigInt(amount)]) }));
  const amountAt = (knots, t) => {
    const after = knots.findIndex(([at]) => at > t);
    // What is over stays at what it has come to.
    if (after < 0) return knots.at(-1)?.[1] ?? 0n;
    const [[from, a], [to, b]] = [knots[Math.max(0, after - 1)], knots[after]];
    return to > from ? a + ((b - a) * BigInt(t - from)) / BigInt(to - from) : a;
  };
  const ends = sides.map(({ knots }) => knots.at(-1)?.[1] ?? 0n);
  const decimals = decimalsOf(ends.reduce((most, end) => (end > most ? end : most), 0n));
  const range = make('input', { type: 'range', min: '0', max: String(WIDTH), step: '1', 'aria-label': 'Moment' });
  const said = make('output', {});
  $('moment').append(range, said);
  const toPlace = (to) => {
    const x = Math.max(0, Math.min(WIDTH, to));
    const t = Math.floor(timeAt(x) + 1e-6);
    $('chart').style.setProperty('--x', String(x / WIDTH));
    range.value = String(x);
    const [day, clock] = clockAt(t);
    const when = `${day} ${clock}, after ${elapsed(t)}`;
    const sums = sides.map(({ name, knots }) => [name, priced(amountAt(knots, t), decimals)]);
    range.setAttribute('aria-valuetext', `${when}: ${sums.map((sum) => sum.join(' ')).join(', ')}`);
    said.replaceChildren(make('b', {}, when), ...sums.map(([name, sum]) => make('span', {}, `${name} `, make('b', {}, sum))));
  };
  // From one instant at which something happens to the next.
  const step = (by) => {
    const x = Number(range.value);
    const places = data.scale.map(([, place]) => place);
    return by > 0 ? places.find((place) => place > x) ?? WIDTH : places.findLast((place) => place < x) ?? 0;
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), Home: () => 0, End: () => WIDTH }[event.key];
    if (!to) return;
    event.preventDefault();
    toPlace(to());
  });
  range.addEventListener('input', () => toPlace(Number(range.value)));
  takeAlong($('chart'), toPlace);
  for (const id of ['moment', 'cursor']) $(id).hidden = false;
  toPlace(WIDTH);
})();
