/** Pictures of a plane to be stored, with everything burnt in that must be read with them. */
import type { PictureCaption } from '../../planes/exportPicture';
import { PLANE_STYLES, type PlaneKind, planePosition } from '../../planes/plane';
import type { Scene } from '../../planes/scene';
import type { LinkedViews } from '../../planes/view.svelte';
import { positionText } from '../../planes/viewTexts';

export interface PictureContext {
  readonly caseLabel: string;
  readonly imageTitle: string;
  /** Settings are tried that are not stored. */
  readonly isTrial: boolean;
  readonly isProvisional: boolean;
}

export function captionOf(scene: Scene, views: LinkedViews, kind: PlaneKind, context: PictureContext): PictureCaption {
  const { dose, imageUnit } = scene;
  const notes = [
    dose?.isBound === true ? `${dose.boundSign ?? ''} a bound, not a value`.trim() : null,
    dose?.note ?? null,
    context.isProvisional ? 'the assessment is provisional' : null,
    context.isTrial ? 'settings are tried that are not stored' : null,
  ].filter((note) => note !== null);
  const place = positionText(kind, planePosition(kind, views.cursor));
  return {
    what: `${context.caseLabel}. ${PLANE_STYLES[kind].name} plane, ${place} (LPS). ${context.imageTitle}.`,
    basis: dose === undefined ? 'No dose is drawn' : dose.title,
    units: [dose?.unitLabel, imageUnit, 'mm'].filter((unit) => unit !== undefined).join(', '),
    note: [...notes, 'Research software, not a medical device'].join('; '),
  };
}

/** A name for the file that any system takes. */
export function fileName(caseLabel: string, layerId: string, kind: PlaneKind, positionMm: number): string {
  const plain = caseLabel.normalize('NFKD').replace(/[^A-Za-z0-9._-]+/g, '-');
  const start = plain.replace(/^[-.]+|[-.]+$/g, '') || 'case';
  return `${start.slice(0, 60)}_${layerId}_${kind}_${positionMm.toFixed(1)}mm.png`;
}
