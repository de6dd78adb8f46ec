import { describe, expect, it } from 'vitest';
import { gridSection } from './gridSection';
import { PLANE_KINDS, inPlane, patientPosition, planePosition } from './plane';
import { sliceNumber, steppedPosition } from './slices';
import { gridOf } from './testVolumes';
import { LinkedViews } from './view.svelte';
import { type Viewport, rasterOf, toPatient, toPlace, toScreen } from './viewport';

const grid = gridOf({ origin_mm: [-20, -30, 5], spacing_mm: [2, 2, 3], size: [21, 31, 11] });
const WINDOW = { low: -100, high: 100 };

function opened(): LinkedViews {
  const views = new LinkedViews();
  views.open(grid, WINDOW);
  return views;
}

describe('slices', () => {
  it('are the planes of the image, also unequal ones, and end with it', () => {
    const unequal = gridOf({ size: [3, 3, 4], plane_offsets_mm: [0, 2, 3, 7] });
    const positions = [-1, 0, 1, 2, 3, 9].map((steps) => steppedPosition(unequal, 'axial', 0.2, steps));
    expect(positions).toEqual([0, 0, 2, 3, 7, 7]);
    expect(sliceNumber(unequal, 'axial', 3)).toEqual({ slice: 3, of: 4 });
    expect(sliceNumber(unequal, 'axial', 20)).toBeNull();
  });

  it('go along the patient axis even where the image runs against it', () => {
    const prone = gridOf({ direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1], size: [5, 5, 5] });
    expect(steppedPosition(prone, 'sagittal', -2, 1)).toBe(-1);
    expect(steppedPosition(prone, 'sagittal', -2, -1)).toBe(-3);
  });
});

describe('linked views', () => {
  it('begin in the middle of the image on its slices', () => {
    expect(opened().cursor).toEqual([0, 0, 20]);
  });

  it('move one plane and leave the others', () => {
    const views = opened();
    views.step('axial', 2);
    views.step('coronal', -1);
    expect(views.cursor).toEqual([0, -2, 26]);
  });

  it('zoom about a place that stays where it is', () => {
    const views = opened();
    views.fit('axial', 300, 200);
    const at = (): Viewport => {
      const framing = views.framing.axial ?? { scale: NaN, middle: [NaN, NaN] as const };
      return {
        kind: 'axial',
        positionMm: 0,
        middle: framing.middle,
        scale: framing.scale,
        width: 300,
        height: 200,
        pixelRatio: 1,
      };
    };
    const place = toPlace(at(), 40, 170);
    const scale = at().scale;
    views.zoom('axial', 2.5, place);
    expect(at().scale).toBeCloseTo(2.5 * scale, 9);
    const [x, y] = toScreen(at(), place);
    expect([x, y].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([40, 170]);
  });

  it('measure with two points; Escape drops an open one first', () => {
    const views = opened();
    views.startMeasuring();
    views.measureAt('axial', [0, 0, 20]);
    views.measureTo('axial', [3, 4, 20]);
    expect(views.measurements).toMatchObject([{ isOpen: true, to: [3, 4, 20] }]);
    views.measureAt('axial', [6, 8, 20]);
    views.measureAt('axial', [1, 1, 20]);
    views.stopMeasuring();
    expect(views.measurements).toMatchObject([{ isOpen: false, from: [0, 0, 20], to: [6, 8, 20] }]);
    views.stopMeasuring();
    expect(views.measurements).toEqual([]);
  });

  it('never narrow the window to nothing', () => {
    const views = opened();
    for (let n = 0; n < 50; n += 1) views.changeWindow(0, -0.9);
    expect(views.window.high - views.window.low).toBeGreaterThanOrEqual(1);
  });
});

describe('a viewport', () => {
  it.each(PLANE_KINDS)('finds the place of a point of the screen again (%s)', (kind) => {
    const viewport: Viewport = {
      kind,
      positionMm: 7,
      middle: [10, -20],
      scale: 2,
      width: 300,
      height: 200,
      pixelRatio: 2,
    };
    const point = toPatient(viewport, 30, 150);
    expect(planePosition(kind, point)).toBe(7);
    expect(toScreen(viewport, inPlane(kind, point))).toEqual([30, 150]);
    expect(patientPosition(kind, inPlane(kind, point), 7)).toEqual(point);
  });

  it('has a raster of its own pixels, coarser where they would be too many', () => {
    const viewport: Viewport = {
      kind: 'axial',
      positionMm: 7,
      middle: [0, 0],
      scale: 2,
      width: 300,
      height: 200,
      pixelRatio: 1,
    };
    expect(rasterOf(viewport)).toMatchObject({ columns: 300, rows: 200, pixelMm: 0.5, origin: [-74.75, -49.75, 7] });
    const large = rasterOf({ ...viewport, width: 3000, height: 2000 });
    expect(large.columns * large.rows).toBeLessThan(750_000);
  });
});

describe('the section of a grid', () => {
  it('reaches half a voxel beyond the outermost centres', () => {
    const corners = gridSection(grid, 'axial', 10).map((corner) =>
      corner.map((value) => Math.round(value * 1e9) / 1e9),
    );
    expect(corners).toEqual([
      [-21, -31],
      [21, -31],
      [21, 31],
      [-21, 31],
    ]);
    expect(gridSection(grid, 'axial', 3.51)).toHaveLength(4);
    expect(gridSection(grid, 'axial', 3.49)).toEqual([]);
  });

  it('of a turned grid has up to six corners', () => {
    const [c, s] = [Math.cos(0.6), Math.sin(0.6)];
    const turned = gridOf({
      origin_mm: [-9, -9, -9],
      size: [19, 19, 19],
      direction: [c, -s * c, s * s, s, c * c, -c * s, 0, s, c],
    });
    expect(gridSection(turned, 'axial', 0).length).toBeGreaterThanOrEqual(4);
  });
});
