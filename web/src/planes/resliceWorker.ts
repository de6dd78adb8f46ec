import { Grid } from './grid';
import { reslice } from './reslice';
import { type FromWorker, type ResliceJob, type ToWorker, mapOf } from './resliceProtocol';
import { Affine, FieldMap } from './transform';
import { Volume } from './volume';

const volumes = new Map<number, Volume>();
const fields = new Map<number, FieldMap>();

self.addEventListener('message', (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  switch (message.kind) {
    case 'volume':
      volumes.set(message.key, new Volume(new Grid(message.grid), message.values));
      break;
    case 'field': {
      const [before, after] = [Affine.fromRowMajor(message.before), Affine.fromRowMajor(message.after)];
      fields.set(message.key, new FieldMap(new Grid(message.grid), message.values, before, after));
      break;
    }
    case 'forget':
      for (const key of message.volumes) volumes.delete(key);
      for (const key of message.fields) fields.delete(key);
      break;
    case 'reslice':
      answer(message.request, message.jobs);
  }
});

function answer(request: number, jobs: readonly ResliceJob[]): void {
  try {
    const rasters = jobs.map(rasterOf);
    send(
      { request, rasters },
      rasters.map((raster) => raster.buffer),
    );
  } catch (error) {
    send({ request, error: error instanceof Error ? error.message : String(error) }, []);
  }
}

function rasterOf(job: ResliceJob): Float32Array<ArrayBuffer> {
  const volume = volumes.get(job.volume);
  if (volume === undefined) throw new Error('The worker does not know this volume.');
  const raster = new Float32Array(job.plane.columns * job.plane.rows);
  reslice(volume, mapOf(job.map, fields), job.plane, raster);
  return raster;
}

function send(message: FromWorker, transfer: Transferable[]): void {
  self.postMessage(message, { transfer });
}
