import { bench, describe } from 'vitest';
import { Grid } from './grid';
import type { Plane } from './plane';
import { reslice } from './reslice';
import { Affine, FieldMap, IDENTITY, type PointMap } from './transform';
import { Volume } from './volume';

const axial = (size: number[], spacing: number[]): Grid =>
  new Grid({
    origin_mm: [-250, -250, -200],
    spacing_mm: spacing,
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    size,
    plane_offsets_mm: null,
  });

const image = new Volume(
  axial([512, 512, 150], [0.976, 0.976, 3]),
  new Int16Array(512 * 512 * 150).map((_, n) => (n * 7919) % 2000),
);
const dose = new Volume(
  axial([200, 160, 120], [2.5, 2.5, 3]),
  new Float32Array(200 * 160 * 120).map((_, n) => (n % 700) / 10),
);
const turned = Affine.fromRowMajor([0.995, -0.0998, 0, 3, 0.0998, 0.995, 0, -4, 0, 0, 1, 5, 0, 0, 0, 1]);
const fieldGrid = axial([100, 100, 80], [5, 5, 5]);
const field = new FieldMap(
  fieldGrid,
  new Float32Array(3 * fieldGrid.length).map((_, n) => Math.sin(n / 999) * 5),
  turned,
  Affine.identity(),
);

const plane: Plane = {
  origin: [-250, -250, -51.3],
  right: [1, 0, 0],
  down: [0, 1, 0],
  pixelMm: 0.976,
  columns: 512,
  rows: 512,
};
const sagittal: Plane = { ...plane, origin: [10, -250, 240], right: [0, 1, 0], down: [0, 0, -1] };
const out = new Float32Array(512 * 512);
const rigid: PointMap = { kind: 'affine', affine: turned };

describe('512 × 512 pixels', () => {
  bench('image, quick axial', () => {
    reslice(image, IDENTITY, plane, out);
  });
  bench('image, quick sagittal', () => {
    reslice(image, IDENTITY, sagittal, out);
  });
  bench('dose, quick axial', () => {
    reslice(dose, IDENTITY, plane, out);
  });
  bench('image, rigid', () => {
    reslice(image, rigid, plane, out);
  });
  bench('dose, rigid', () => {
    reslice(dose, rigid, plane, out);
  });
  bench('image, field', () => {
    reslice(image, { kind: 'field', field }, plane, out);
  });
});
