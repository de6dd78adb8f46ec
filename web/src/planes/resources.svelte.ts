import { OutlineCache } from './outlineCache';
import { ResliceClient } from './resliceClient';
import type { OutlineProvider, Scene } from './scene';
import { PriorOutlineFinder } from './viewOutlines';

/** What views of one scene share: the worker and the outlines. */
export class PlaneResources {
  readonly client = new ResliceClient();
  /** Counts arrivals of outlines, so that views draw again. */
  arrivals = $state(0);
  readonly prior = new PriorOutlineFinder(() => {
    this.arrivals += 1;
  });
  #provider: OutlineProvider | undefined;
  #cache: OutlineCache | null = null;

  /** The outlines of a scene; a new provider begins anew. */
  outlines(provider: OutlineProvider | undefined): OutlineCache | null {
    if (provider !== this.#provider) {
      this.#provider = provider;
      this.#cache =
        provider === undefined
          ? null
          : new OutlineCache(provider, () => {
              this.arrivals += 1;
            });
    }
    return this.#cache;
  }

  /** Drops copies of volumes in the worker that a scene does not show. */
  keepOnly({ image, second, dose, scalar }: Scene): void {
    const volumes = [image, second?.volume, dose?.volume, scalar?.volume].flatMap((volume) =>
      volume ? [volume.key] : [],
    );
    const fields = second?.map.kind === 'field' ? [second.map.field.key] : [];
    this.client.keepOnly(volumes, fields);
  }

  close(): void {
    this.client.close();
    this.prior.close();
  }
}
