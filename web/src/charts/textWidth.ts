/** Widths of text before it is drawn, so that labels can be kept apart without asking the layout of the browser. */

/** Measures a text of one size in pixels. */
export type TextMeasure = (text: string, size: number, weight?: 'regular' | 'bold') => number;

const NARROW = new Set("iljtfrI.,:;'|!()[] /·-");
const WIDE = new Set('mwMW@%–—');

/** Generous width by the kind of letter: a label that gets too much room is harmless, one that is cut off is not. */
export const estimatedWidth: TextMeasure = (text, size, weight = 'regular') => {
  let widths = 0;
  for (const letter of text) {
    widths += NARROW.has(letter) ? 0.32 : WIDE.has(letter) ? 0.92 : letter >= 'A' && letter <= 'Z' ? 0.69 : 0.575;
  }
  return widths * size * (weight === 'bold' ? 1.06 : 1);
};

/** The text, or as much of its beginning as the room holds with an ellipsis. */
export function fitted(text: string, room: number, size: number, measure: TextMeasure = estimatedWidth): string {
  if (measure(text, size) <= room) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && measure(`${letters.join('')}…`, size) > room) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}
