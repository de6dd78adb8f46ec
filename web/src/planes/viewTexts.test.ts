import { expect, it } from 'vitest';
import type { Scene } from './scene';
import { cornerTexts, type ViewState } from './viewTexts';

const SCENE: Scene = { image: null, window: { low: 0, high: 1 }, structures: [] };
const QUIET: ViewState = {
  isWaiting: false,
  failure: null,
  outlines: 'none',
  prior: 'none',
  isDoseOnPlane: false,
  isMeasuring: false,
};

it.each<[Partial<ViewState>, string[]]>([
  [{}, []],
  [{ outlines: 'here', prior: 'here' }, []],
  [{ prior: 'coming' }, ['Prior outlines are loading…']],
  [{ prior: 'former' }, ['Prior outlines are of the former position…']],
  [{ prior: 'failed' }, ['Prior outlines are not available here']],
  [{ prior: 'empty' }, ['No prior outline on this plane']],
  [{ outlines: 'failed', prior: 'coming' }, ['Outlines are not available here', 'Prior outlines are loading…']],
])('outlines that are missing or late are told on the plane: %j', (state, expected) => {
  const texts = cornerTexts(SCENE, null, 'axial', 0, [0, 0, 0], SCENE.window, { ...QUIET, ...state });
  expect(texts.topRight).toEqual(expected);
});
