/**
 * A chart as a file of its own: SVG with all colours and fonts written out, or PNG of twice its pixels.
 *
 * A file is made for paper, so it is light and on white whatever theme is shown. It holds no name of a patient unless the caller passes one.
 */
import { bakedPath } from './bakedPath';
import { HATCH_PATH, SAMPLE_WIDTH, placedLegend, wrappedText } from './exportLegend';

export interface LegendEntry {
  label: string;
  /** CSS colour, also a variable. */
  colour: string;
  dash: string;
  mark: 'line' | 'thin-line' | 'area' | 'hatch' | 'none';
}

/** What the chart components hand out. */
export interface ExportableChart {
  /** Pictures of one size that lie on each other, the lowest first. */
  layers: readonly SVGSVGElement[];
  title: string;
  description: string;
  legend: LegendEntry[];
}

export interface ExportText {
  /** Which case it is: the label that the caller shows. */
  caseLabel: string;
  /** What else stands below the picture. */
  caption: string;
}

const SVG = 'http://www.w3.org/2000/svg';
const FONT = '"Inter Variable", Inter, "Helvetica Neue", Arial, sans-serif';
/** Attributes that a style sheet may set and a file has to hold itself. */
const STYLED = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-linecap',
  'opacity',
  'font-size',
  'font-weight',
  'text-anchor',
  'paint-order',
] as const;

/** The file as text. */
export function chartAsSvg(chart: ExportableChart, text: ExportText): string {
  return onLightGround(() => {
    const copies = chart.layers.map(styledCopy);
    const [copy] = copies;
    if (!copy) throw new Error('exporting the chart: it has no picture');
    for (const layer of copies.slice(1)) copy.append(...layer.childNodes);
    copy.querySelectorAll('[data-export="leave-out"]').forEach((element) => {
      element.remove();
    });
    copy.querySelectorAll('[data-export="no-stroke"]').forEach((element) => {
      element.setAttribute('stroke', 'none');
    });
    bakePaths(copy);
    frame(copy, chart, text);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
  });
}

/** The picture with twice the pixels of the screen. */
export async function chartAsPng(chart: ExportableChart, text: ExportText): Promise<Blob> {
  const svg = chartAsSvg(chart, text);
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/png');
    });
    if (blob === null)
      throw new Error('drawing the chart as PNG: the picture is too large for this browser; export it as SVG');
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Hands a file to the reader. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download begins after this turn.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/** Reads styles as they are in the light theme. Nothing is painted in between, so that nothing flashes. */
function onLightGround<Result>(read: () => Result): Result {
  const root = document.documentElement;
  const theme = root.getAttribute('data-theme');
  root.setAttribute('data-theme', 'light');
  try {
    return read();
  } finally {
    if (theme === null) root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', theme);
  }
}

function styledCopy(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  writeStyles(svg, copy);
  return copy;
}

function writeStyles(from: Element, to: Element): void {
  const computed = getComputedStyle(from);
  for (const name of STYLED) {
    const value = computed.getPropertyValue(name);
    if (value !== '') to.setAttribute(name, value.replaceAll('"', "'"));
  }
  if (from.localName === 'text') to.setAttribute('font-family', FONT);
  for (const name of ['class', 'style', 'tabindex', 'role', 'aria-hidden']) to.removeAttribute(name);
  [...from.children].forEach((child, index) => {
    const copied = to.children[index];
    if (copied) writeStyles(child, copied);
  });
}

/** Moves transformations of curves into their paths, so that strokes keep their width in every program. */
function bakePaths(svg: SVGSVGElement): void {
  for (const group of svg.querySelectorAll<SVGGElement>('g[transform^="matrix"]')) {
    const numbers = (group.getAttribute('transform') ?? '').match(/-?[\d.]+(?:e[+-]?\d+)?/g)?.map(Number) ?? [];
    const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = numbers;
    const paths = [...group.querySelectorAll('path')];
    const baked = paths.map((path) => bakedPath(path.getAttribute('d') ?? '', { a, b, c, d, e, f }));
    if (baked.includes(null)) continue;
    paths.forEach((path, index) => {
      path.setAttribute('d', baked[index] ?? '');
    });
    group.removeAttribute('transform');
  }
}

/** White ground, title above, legend and caption below. */
function frame(svg: SVGSVGElement, chart: ExportableChart, text: ExportText): void {
  const box = svg.viewBox.baseVal;
  const size = 12;
  const margin = 16;
  const head = 34;
  const [boxWidth, boxHeight] = [box.width, box.height];
  const legend = placedLegend(chart.legend, boxWidth, size);
  const nRows = legend.reduce((most, entry) => Math.max(most, entry.row + 1), 0);
  const lines = wrappedText([text.caseLabel, text.caption].filter((part) => part !== '').join(' · '), boxWidth, size);
  const legendTop = head + boxHeight + 14;
  const captionTop = legendTop + nRows * 20 + 8;
  const [width, height] = [boxWidth + 2 * margin, captionTop + lines.length * 17 + margin];

  const inner = make('g', { transform: `translate(${margin} ${head})` });
  inner.append(...svg.childNodes);
  svg.setAttribute('xmlns', SVG);
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('role', 'img');
  svg.removeAttribute('aria-label');
  svg.append(named('title', chart.title), named('desc', `${chart.description} ${text.caption}`.trim()));
  svg.append(make('rect', { width, height, fill: '#ffffff', stroke: 'none' }));
  svg.append(written(chart.title, { x: margin, y: 22, 'font-size': 15, 'font-weight': 600, fill: '#14202b' }));
  svg.append(inner);
  for (const { entry, x, row } of legend) svg.append(sample(entry, margin + x, legendTop + row * 20));
  lines.forEach((line, index) => {
    svg.append(written(line, { x: margin, y: captionTop + index * 17 + 4, 'font-size': size, fill: '#495663' }));
  });
}

function sample(entry: LegendEntry, x: number, y: number): SVGElement {
  const group = make('g', { transform: `translate(${x} ${y})` });
  const stroke = literalColour(entry.colour);
  if (entry.mark === 'area') {
    group.append(make('rect', { y: -9, width: SAMPLE_WIDTH, height: 9, fill: stroke, 'fill-opacity': 0.17, stroke }));
  } else if (entry.mark === 'hatch') {
    group.append(
      make('path', { d: HATCH_PATH, transform: 'translate(0 -10)', fill: 'none', stroke, 'stroke-width': 1.5 }),
    );
  } else if (entry.mark !== 'none') {
    const width = entry.mark === 'thin-line' ? 1 : 2.2;
    const dash = entry.dash === '' ? {} : { 'stroke-dasharray': entry.dash };
    group.append(make('line', { x1: 0, x2: SAMPLE_WIDTH, y1: -4, y2: -4, stroke, 'stroke-width': width, ...dash }));
  }
  const indent = entry.mark === 'none' ? 0 : SAMPLE_WIDTH + 6;
  group.append(written(entry.label, { x: indent, y: 0, 'font-size': 12, fill: '#14202b' }));
  return group;
}

/** A colour without variables, as it is in the theme of the moment. */
function literalColour(colour: string): string {
  const probe = document.createElement('span');
  probe.style.color = colour;
  document.body.append(probe);
  const literal = getComputedStyle(probe).color;
  probe.remove();
  return literal;
}

function make(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function named(name: string, text: string): SVGElement {
  const element = make(name, {});
  element.textContent = text;
  return element;
}

function written(text: string, attributes: Record<string, string | number>): SVGElement {
  const element = make('text', { 'font-family': FONT, ...attributes });
  element.textContent = text;
  return element;
}
