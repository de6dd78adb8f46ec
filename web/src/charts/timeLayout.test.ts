import { describe, expect, it } from 'vitest';

import { overlaps, type Box } from './labelPlaces';
import { estimatedWidth } from './textWidth';
import { timeItems, type TimeSources } from './timeItems';
import { outsideHints, timeLayout, type PlacedItem } from './timeLayout';
import { fullWindow, moved, showing, zoomed } from './timeWindow';

const COURSE = {
  label: 'PLAN',
  is_to_come: false,
  known_by_record: false,
  note: null,
  plans: [],
};
const SOURCES: TimeSources = {
  courses: [
    { ...COURSE, id: 'C1', role: 'prior', start_date: '2023-01-30', end_date: '2023-03-13', interval_days: 616 },
    { ...COURSE, id: 'C2', role: 'prior', start_date: null, end_date: null, interval_days: null },
    { ...COURSE, id: 'C3', role: 'current', start_date: '2024-11-18', end_date: '2024-11-29', interval_days: 0 },
  ],
  clinical: null,
  imaging: [
    ...Array.from({ length: 12 }, (_, index) => ({
      modality: 'MRI',
      measure: `measure ${index}`,
      value: index,
      date: `2024-10-${index + 10}`,
    })),
    { modality: 'PET', measure: 'SUV', value: 3 },
  ],
};
const items = timeItems(SOURCES);

describe('items', () => {
  it('never places what has no date', () => {
    const undated = items.filter((item) => item.start === null).map((item) => item.title);
    expect(undated).toEqual(['C2 prior · PLAN', 'PET SUV 3']);
  });

  it('tells the interval of a prior course with a known one', () => {
    expect(items.map((item) => item.interval?.text ?? null).slice(0, 3)).toEqual([
      '20\u00a0months 5\u00a0days (616\u00a0d)',
      null,
      null,
    ]);
  });
});

describe('layout', () => {
  const window = fullWindow(items.flatMap((item) => [item.start, item.end]).filter((day) => day !== null)) ?? {
    from: 0,
    until: 1,
  };
  const size = 12;
  const layoutOf = ({ from, until }: typeof window) =>
    timeLayout(items, { place: (day) => 100 + ((day - from) / (until - from)) * 600, left: 100, right: 700, size });

  function labelBox(placed: PlacedItem): Box {
    const width = estimatedWidth(placed.label, size, 'bold');
    return { x: placed.anchor === 'start' ? placed.labelX : placed.labelX - width, y: placed.y, width, height: size };
  }

  it('keeps labels apart and within the room', () => {
    for (const lane of layoutOf(window).lanes) {
      const boxes = lane.items.map(labelBox);
      boxes.forEach((box, index) => {
        expect(box.x).toBeGreaterThanOrEqual(99.5);
        expect(box.x + box.width).toBeLessThanOrEqual(700.5);
        expect(boxes.slice(index + 1).some((other) => overlaps(box, other))).toBe(false);
      });
    }
  });

  it('lists undated items in rows of their own, below the axis', () => {
    const layout = layoutOf(window);
    expect(layout.undated.map((chip) => chip.item.title)).toEqual(['C2 prior · PLAN', 'PET SUV 3']);
    for (const chip of layout.undated) expect(chip.y).toBeGreaterThan(layout.axisY);
    expect(layout.height).toBeGreaterThan(layout.undatedY);
  });

  it('tells what lies outside of a zoomed axis', () => {
    const narrow = zoomed(window, window, 0.1, window.until);
    const [courses] = layoutOf(narrow).lanes;
    expect(courses && outsideHints(courses)).toEqual({ left: '◂ 1 earlier', right: '' });
  });

  it('zooms and moves within the whole time', () => {
    const narrow = zoomed(window, window, 0.5, window.from);
    expect(narrow.from).toBeCloseTo(window.from);
    expect(moved(narrow, window, -1000)).toEqual(narrow);
    expect(zoomed(narrow, window, 100, window.from).until).toBeCloseTo(window.until);
    const shown = showing(narrow, window, window.until - 1);
    expect(shown.until).toBeCloseTo(window.until);
  });
});
