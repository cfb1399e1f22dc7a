// A chart of the last minute on a canvas: lines and areas, drawn from a list of {time, …} samples.

const SPAN = 60_000;
const LEFT = 46;
const BOTTOM = 20;

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Fits the canvas to its size on the screen, and clears it. */
function prepare(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const {clientWidth: width, clientHeight: height} = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext('2d');
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return {pen, width, height};
}

/** The next number whose quarters are round. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map(step => Math.round(step * power)).find(round => round >= value);
}

/**
 * Draws samples.
 *
 * @param series [{key, colour, kind: 'line' | 'area'}], the last one on top
 * @param options least: the scale's least top; mark: a value to draw a dashed line at
 */
export function drawChart(canvas, samples, now, series, {least, mark}) {
  const {pen, width, height} = prepare(canvas);
  const most = Math.max(least, ...samples.flatMap(sample => series.map(each => sample[each.key])));
  const top = roundUp(most * 1.04);
  const bottom = height - BOTTOM;
  const x = time => LEFT + (width - LEFT) * (1 - (now - time) / SPAN);
  const y = value => 8 + (bottom - 8) * (1 - value / top);

  pen.font = `11.5px ${getComputedStyle(document.body).fontFamily}`;
  pen.fillStyle = colour('--muted');
  pen.strokeStyle = colour('--line');
  pen.lineWidth = 1;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  for (let step = 0; step <= 4; step++) {
    const value = top * step / 4;
    pen.fillText(value.toLocaleString('en'), LEFT - 8, y(value));
    pen.beginPath();
    pen.moveTo(LEFT, Math.round(y(value)) + .5);
    pen.lineTo(width, Math.round(y(value)) + .5);
    pen.stroke();
  }
  pen.textBaseline = 'alphabetic';
  for (const [ago, align] of [[60, 'left'], [45, 'center'], [30, 'center'], [15, 'center'], [0, 'right']]) {
    pen.textAlign = align;
    pen.fillText(ago ? `−${ago} s` : 'now', x(now - ago * 1000), height - 3);
  }

  pen.save();
  pen.beginPath();
  pen.rect(LEFT, 0, width - LEFT, height);
  pen.clip();
  for (const each of series) {
    drawSeries(pen, samples, each, x, y, bottom);
  }
  if (mark) {
    pen.setLineDash([5, 5]);
    pen.strokeStyle = colour('--muted');
    pen.beginPath();
    pen.moveTo(LEFT, y(mark));
    pen.lineTo(width, y(mark));
    pen.stroke();
  }
  pen.restore();
}

function drawSeries(pen, samples, {key, colour: name, kind}, x, y, bottom) {
  pen.strokeStyle = pen.fillStyle = colour(name);
  trace(pen, samples, sample => x(sample.time), sample => y(sample[key]));
  pen.lineWidth = 2;
  pen.lineJoin = 'round';
  pen.stroke();
  if (kind === 'area' && samples.length) {
    pen.lineTo(x(samples.at(-1).time), bottom);
    pen.lineTo(x(samples[0].time), bottom);
    pen.globalAlpha = .16;
    pen.fill();
    pen.globalAlpha = 1;
  }
}

function trace(pen, samples, x, y) {
  pen.beginPath();
  samples.forEach((sample, i) => i ? pen.lineTo(x(sample, i), y(sample)) : pen.moveTo(x(sample, i), y(sample)));
}

/** Draws a list of numbers, from edge to edge. */
export function drawSparkline(canvas, values, name) {
  const {pen, width, height} = prepare(canvas);
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  trace(pen, values, (value, i) => width * i / Math.max(1, values.length - 1), value => 3 + (height - 6) * (1 - (value - low) / range));
  pen.strokeStyle = colour(name);
  pen.lineWidth = 1.5;
  pen.stroke();
}
