/** Where the items of a time axis lie: lanes, rows within them, and labels that touch nothing. */
import { packRows, wrapRows } from './labelPlaces';
import { estimatedWidth, fitted, type TextMeasure } from './textWidth';
import { LANE_ORDER, LANE_TITLES, type LaneId, type TimeItem } from './timeItems';

export interface PlacedItem {
  item: TimeItem;
  /** Ends of its bar; both the same for a point. */
  x0: number;
  x1: number;
  /** Top of its row. */
  y: number;
  label: string;
  detail: string;
  labelX: number;
  anchor: 'start' | 'end';
  /** Whether it lies left or right of what is shown. */
  outside: 'left' | 'right' | null;
}

export interface PlacedLane {
  id: LaneId;
  title: string;
  y: number;
  height: number;
  items: PlacedItem[];
}

export interface UndatedChip {
  item: TimeItem;
  x: number;
  y: number;
  width: number;
  text: string;
}

export interface TimeLayout {
  lanes: PlacedLane[];
  /** Bottom of the lanes: where the axis is. */
  axisY: number;
  undated: UndatedChip[];
  undatedY: number;
  height: number;
}

export interface LayoutOptions {
  place: (day: number) => number;
  left: number;
  right: number;
  /** Size of the text in pixels; all heights follow it. */
  size: number;
  /** Whether the title of a lane needs a line of its own above the items. */
  titleAbove?: boolean;
  measure?: TextMeasure;
}

const LEAST_BAR = 6;

export function timeLayout(items: readonly TimeItem[], options: LayoutOptions): TimeLayout {
  const { size } = options;
  let y = size * 0.6;
  const lanes: PlacedLane[] = [];
  for (const id of LANE_ORDER) {
    const own = items.filter((item) => item.lane === id && item.start !== null);
    if (own.length === 0) continue;
    const lane = placeLane(id, own, y, options);
    lanes.push(lane);
    y += lane.height;
  }
  const undatedY = y + size * (options.titleAbove ? 4.6 : 3.2);
  const undated = placeUndated(items, undatedY, options);
  const last = undated.at(-1);
  return { lanes, axisY: y, undated, undatedY, height: last ? last.y + size * 2.6 : y + size * 3.2 };
}

/** Heights of a row: courses have a line of details above their bar, as in the printed report. */
function rowHeight(id: LaneId, size: number): number {
  return id === 'courses' ? size * 4.4 : size * 2.1;
}

function placeLane(id: LaneId, items: TimeItem[], top: number, options: LayoutOptions): PlacedLane {
  const height = rowHeight(id, options.size);
  const padding = options.size * 0.7;
  const head = options.titleAbove ? options.size * 1.8 : 0;
  const placed = items.map((item) => placeItem(item, options));
  // Each course keeps its row while the axis is moved; of the others only those that are shown take room.
  const visible = id === 'courses' ? placed : placed.filter((item) => item.outside === null);
  const rows =
    id === 'courses'
      ? visible.map((_, row) => row)
      : packRows(
          visible.map((item) => extentOf(item, options)),
          12,
        );
  visible.forEach((item, index) => {
    item.y = top + head + padding + (rows[index] ?? 0) * height;
  });
  const nRows = Math.max(1, ...rows.map((row) => row + 1));
  return { id, title: LANE_TITLES[id], y: top, height: head + nRows * height + 2 * padding, items: placed };
}

function placeItem(item: TimeItem, options: LayoutOptions): PlacedItem {
  const { place, left, right, size, measure = estimatedWidth } = options;
  const start = place(item.start ?? 0);
  const end = item.isOpen ? right : place(item.end ?? item.start ?? 0);
  const isBar = item.shape === 'bar';
  const outside = end < left - 1 ? 'left' : start > right + 1 ? 'right' : null;
  const x0 = isBar ? Math.max(start, left) : start;
  const x1 = isBar ? Math.min(Math.max(end, start + LEAST_BAR), right) : start;
  const room = right - left;
  const label = fitted(item.title, room, size, (text, at) => measure(text, at, 'bold'));
  const detail = item.lane === 'courses' ? fitted(item.detail, room, size * 0.9, measure) : '';
  const width = Math.max(measure(label, size, 'bold'), measure(detail, size * 0.9));
  return { item, x0, x1, y: 0, label, detail, outside, ...labelPlace(item, x0, x1, width, options) };
}

/** Over its bar for courses, else beside it: to the right where there is room, to the left where not. */
function labelPlace(
  item: TimeItem,
  x0: number,
  x1: number,
  width: number,
  { left, right, size }: LayoutOptions,
): Pick<PlacedItem, 'labelX' | 'anchor'> {
  if (item.lane === 'courses') {
    return x0 + width <= right
      ? { labelX: x0, anchor: 'start' }
      : { labelX: Math.max(x1, left + width), anchor: 'end' };
  }
  const beside = item.shape === 'bar' ? size * 0.5 : size;
  if (x1 + beside + width <= right) return { labelX: x1 + beside, anchor: 'start' };
  if (x0 - beside - width >= left) return { labelX: x0 - beside, anchor: 'end' };
  return { labelX: Math.min(x0 + beside, right - width), anchor: 'start' };
}

/** From where to where an item with its label is drawn. */
export function extentOf(item: PlacedItem, options: LayoutOptions): { start: number; end: number } {
  const { size, measure = estimatedWidth } = options;
  const width = Math.max(measure(item.label, size, 'bold'), measure(item.detail, size * 0.9));
  const labelStart = item.anchor === 'start' ? item.labelX : item.labelX - width;
  const half = item.item.shape === 'point' ? size * 0.8 : 0;
  return {
    start: Math.min(item.x0 - half, labelStart),
    end: Math.max(item.x1 + half, labelStart + width),
  };
}

function placeUndated(items: readonly TimeItem[], top: number, options: LayoutOptions): UndatedChip[] {
  const { left, right, size, measure = estimatedWidth } = options;
  const own = items.filter((item) => item.start === null);
  const texts = own.map((item) => fitted(item.title, right - left - size * 1.6, size, measure));
  const widths = texts.map((text) => measure(text, size) + size * 1.6);
  const places = wrapRows(widths, right - left, size * 0.7);
  return own.map((item, index) => {
    const place = places[index] ?? { x: 0, row: 0 };
    const y = top + place.row * size * 2.3;
    return { item, x: left + place.x, y, width: widths[index] ?? 0, text: texts[index] ?? item.title };
  });
}

/** How many items of a lane lie before and after what is shown, so that nothing is out of sight untold. */
export function outsideHints(lane: PlacedLane): { left: string; right: string } {
  const count = (side: 'left' | 'right'): number => lane.items.filter((item) => item.outside === side).length;
  const [earlier, later] = [count('left'), count('right')];
  return { left: earlier === 0 ? '' : `◂ ${earlier} earlier`, right: later === 0 ? '' : `${later} later ▸` };
}
