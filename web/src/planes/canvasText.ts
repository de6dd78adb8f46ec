/** How a text stands on a picture. */
export interface TextStyle {
  readonly align?: CanvasTextAlign;
  readonly baseline?: CanvasTextBaseline;
  readonly colour?: string;
  readonly weight?: number;
  /** Size in parts of the font size of the view. */
  readonly size?: number;
}

/** Font of a view; it follows the size that the page gives to its texts. */
export interface ViewFont {
  readonly family: string;
  readonly sizePx: number;
}

export const TEXT_COLOUR = '#f5f7fa';

/** Writes with a dark rim, so that it can be read on bright bone and on black air alike. */
export function drawText(
  context: CanvasRenderingContext2D,
  font: ViewFont,
  text: string,
  x: number,
  y: number,
  style: TextStyle = {},
): void {
  context.font = fontOf(font, style);
  context.textAlign = style.align ?? 'left';
  context.textBaseline = style.baseline ?? 'alphabetic';
  context.lineJoin = 'round';
  context.setLineDash([]);
  context.lineWidth = Math.max(3, font.sizePx * 0.28);
  context.strokeStyle = 'rgb(0 0 0 / 85%)';
  context.strokeText(text, x, y);
  context.fillStyle = style.colour ?? TEXT_COLOUR;
  context.fillText(text, x, y);
}

export function textWidth(
  context: CanvasRenderingContext2D,
  font: ViewFont,
  text: string,
  style: TextStyle = {},
): number {
  context.font = fontOf(font, style);
  return context.measureText(text).width;
}

function fontOf(font: ViewFont, style: TextStyle): string {
  return `${style.weight ?? 500} ${font.sizePx * (style.size ?? 1)}px ${font.family}`;
}

/** Words of a text in as many lines as its width needs. */
export function wrapped(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && measure(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}
