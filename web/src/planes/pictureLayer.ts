import { type ColourRaster, compose } from './compose';
import { type GrayWindow, colourTable, neutralValue } from './colour';
import { type Plane, PLANE_STYLES } from './plane';
import { isQuick, reslice } from './reslice';
import type { ResliceClient } from './resliceClient';
import type { Scene } from './scene';
import { IDENTITY, type PointMap } from './transform';
import { dot } from './vector';
import { type Viewport, isSameViewport, rasterOf, toScreen } from './viewport';
import type { Volume } from './volume';

type Role = 'image' | 'second' | 'dose' | 'scalar';

interface NeededRaster {
  readonly role: Role;
  readonly volume: Volume;
  readonly map: PointMap;
}

interface FilledRaster extends NeededRaster {
  readonly plane: Plane;
  readonly values: Float32Array;
}

interface PictureInputs {
  readonly viewport: Viewport;
  readonly plane: Plane;
  readonly scene: Scene;
  readonly window: GrayWindow;
}

/** What has been composed and may be drawn. */
export interface ShownPicture {
  readonly viewport: Viewport;
  readonly plane: Plane;
  /** Lines and texts must be of this scene, too. */
  readonly scene: Scene;
}

/**
 * The images and colours of a view.
 *
 * What needs the worker appears together with everything else of the same plane: parts of different planes are
 * never shown as one.
 */
export class PictureLayer {
  shown: ShownPicture | null = null;
  /** Why the last picture could not be made. */
  failure: string | null = null;
  /** A plane is being computed that is not shown yet. */
  isWaiting = false;
  readonly #client: ResliceClient;
  readonly #view: string;
  readonly #onArrival: () => void;
  readonly #canvas = document.createElement('canvas');
  #image: ImageData | null = null;
  #filled = new Map<Role, FilledRaster>();
  #latest: PictureInputs | null = null;
  #requested: { readonly plane: Plane; readonly needed: readonly NeededRaster[] } | null = null;

  constructor(client: ResliceClient, view: string, onArrival: () => void) {
    this.#client = client;
    this.#view = view;
    this.#onArrival = onArrival;
  }

  /** Computes what is new; quick parts at once, the others in the worker. */
  update(viewport: Viewport, scene: Scene, window: GrayWindow): void {
    const last = this.#latest;
    const isUnmoved = last !== null && isSameViewport(last.viewport, viewport);
    if (isUnmoved && last.scene === scene && last.window === window) return;
    const plane = isUnmoved ? last.plane : rasterOf(viewport);
    const inputs: PictureInputs = { viewport, plane, scene, window };
    this.#latest = inputs;
    const needed = neededRasters(scene);
    const missing = needed.filter((one) => !this.#has(one, plane));
    const slow = missing.filter((one) => !isQuick(one.volume, one.map, plane));
    if (slow.length > 0) {
      this.#request(inputs, needed, slow);
      return;
    }
    this.#client.cancel(this.#view);
    this.#requested = null;
    this.isWaiting = false;
    for (const one of missing) this.#filled.set(one.role, filled(one, plane, this.#bufferOf(one.role, plane)));
    this.#commit(inputs, this.#filled);
  }

  /** Draws the composed picture where it lies in the view as it is framed now. */
  draw(context: CanvasRenderingContext2D, viewport: Viewport): void {
    context.fillStyle = '#000';
    context.fillRect(0, 0, viewport.width, viewport.height);
    if (this.shown === null) return;
    const { plane } = this.shown;
    const style = PLANE_STYLES[viewport.kind];
    const half = plane.pixelMm / 2;
    const corner = [dot(style.right, plane.origin) - half, dot(style.down, plane.origin) - half] as const;
    const [x, y] = toScreen(viewport, corner);
    const pixel = plane.pixelMm * viewport.scale;
    context.imageSmoothingEnabled = !(pixel * viewport.pixelRatio < 1.001);
    context.drawImage(this.#canvas, x, y, plane.columns * pixel, plane.rows * pixel);
  }

  close(): void {
    this.#client.cancel(this.#view);
  }

  #has(needed: NeededRaster, plane: Plane): boolean {
    const known = this.#filled.get(needed.role);
    return known !== undefined && known.plane === plane && known.volume === needed.volume && known.map === needed.map;
  }

  #bufferOf(role: Role, plane: Plane): Float32Array {
    const old = this.#filled.get(role)?.values;
    const n = plane.columns * plane.rows;
    return old?.length === n ? old : new Float32Array(n);
  }

  #request(inputs: PictureInputs, needed: readonly NeededRaster[], slow: readonly NeededRaster[]): void {
    this.isWaiting = true;
    const { plane } = inputs;
    if (this.#requested !== null && this.#requested.plane === plane && isSameNeed(this.#requested.needed, needed))
      return;
    this.#requested = { plane, needed };
    this.#client.request(
      this.#view,
      slow,
      plane,
      (rasters) => {
        this.#receive(inputs, needed, slow, rasters);
      },
      (reason) => {
        this.failure = reason;
        this.#onArrival();
      },
    );
  }

  #receive(
    inputs: PictureInputs,
    needed: readonly NeededRaster[],
    slow: readonly NeededRaster[],
    rasters: readonly Float32Array[],
  ): void {
    const all = new Map<Role, FilledRaster>();
    for (const one of needed) {
      const values = rasters[slow.indexOf(one)];
      const known = this.#filled.get(one.role);
      if (values !== undefined) all.set(one.role, { ...one, plane: inputs.plane, values });
      else if (known !== undefined && this.#has(one, inputs.plane)) all.set(one.role, known);
      else all.set(one.role, filled(one, inputs.plane, new Float32Array(inputs.plane.columns * inputs.plane.rows)));
    }
    this.#filled = all;
    const latest = this.#latest;
    const isLatest =
      latest !== null && latest.plane === inputs.plane && isSameNeed(neededRasters(latest.scene), needed);
    if (isLatest) {
      this.isWaiting = false;
      this.#requested = null;
    }
    // Window and amounts may have changed meanwhile; another plane or image may not be mixed in.
    this.#commit(isLatest ? latest : inputs, all);
    this.#onArrival();
  }

  #commit(inputs: PictureInputs, rasters: ReadonlyMap<Role, FilledRaster>): void {
    const { columns, rows } = inputs.plane;
    if (this.#image === null || this.#image.width !== columns || this.#image.height !== rows) {
      this.#image = new ImageData(columns, rows);
      this.#canvas.width = columns;
      this.#canvas.height = rows;
    }
    composeInto(inputs, rasters, new Uint32Array(this.#image.data.buffer));
    this.#canvas.getContext('2d')?.putImageData(this.#image, 0, 0);
    this.shown = { viewport: inputs.viewport, plane: inputs.plane, scene: inputs.scene };
    this.failure = null;
  }
}

function neededRasters({ image, second, dose, scalar }: Scene): NeededRaster[] {
  const needed: NeededRaster[] = [];
  if (image !== null) needed.push({ role: 'image', volume: image, map: IDENTITY });
  if (second !== undefined) needed.push({ role: 'second', volume: second.volume, map: second.map });
  if (dose !== undefined && dose.wash !== null) needed.push({ role: 'dose', volume: dose.volume, map: IDENTITY });
  if (scalar !== undefined) needed.push({ role: 'scalar', volume: scalar.volume, map: IDENTITY });
  return needed;
}

function isSameNeed(a: readonly NeededRaster[], b: readonly NeededRaster[]): boolean {
  const isSame = (one: NeededRaster, other: NeededRaster | undefined): boolean =>
    other !== undefined && one.role === other.role && one.volume === other.volume && one.map === other.map;
  return a.length === b.length && a.every((one, index) => isSame(one, b[index]));
}

function filled(needed: NeededRaster, plane: Plane, values: Float32Array): FilledRaster {
  reslice(needed.volume, needed.map, plane, values);
  return { ...needed, plane, values };
}

function composeInto(inputs: PictureInputs, rasters: ReadonlyMap<Role, FilledRaster>, out: Uint32Array): void {
  const { plane, scene, window, viewport } = inputs;
  const style = PLANE_STYLES[viewport.kind];
  const second = rasters.get('second');
  compose(
    {
      columns: plane.columns,
      pixelMm: plane.pixelMm,
      start: [dot(style.right, plane.origin), dot(style.down, plane.origin)],
      image: scene.image === null ? null : (rasters.get('image')?.values ?? null),
      window,
      second:
        scene.second === undefined || second === undefined
          ? null
          : {
              values: second.values,
              window: scene.second.window ?? window,
              mode: scene.second.mode,
              amount: scene.second.amount,
            },
      colours: colourRasters(scene, rasters),
    },
    out,
  );
}

/** Share of the image that a map of values leaves to be seen. */
const SCALAR_ALPHA = 0.55;

function colourRasters({ dose, scalar }: Scene, rasters: ReadonlyMap<Role, FilledRaster>): ColourRaster[] {
  const colours: ColourRaster[] = [];
  const scalars = rasters.get('scalar');
  if (scalar !== undefined && scalars !== undefined) {
    colours.push({
      values: scalars.values,
      table: colourTable(scalar.colours),
      from: scalar.range[0],
      to: scalar.range[1],
      neutral: neutralValue(scalar.colours),
      alpha: scalar.alpha ?? SCALAR_ALPHA,
      threshold: -Infinity,
      strikeOut: scalar.colours === 'jacobian' ? 0 : -Infinity,
    });
  }
  const doses = rasters.get('dose');
  if (dose?.wash && doses !== undefined) {
    const { from, to, alpha } = dose.wash;
    colours.push({
      values: doses.values,
      table: colourTable('dose'),
      from,
      to,
      neutral: null,
      alpha,
      threshold: from,
      strikeOut: -Infinity,
    });
  }
  return colours;
}
