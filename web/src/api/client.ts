/** One typed function for each endpoint of the server. All take an `AbortSignal`; none repeats a request. */
import type { Assessment } from './assessment';
import { type ArrayFile, readArrays } from './arrays';
import type { Budget } from './budget';
import type {
  AskedQuestion,
  ByHandResult,
  CaseContents,
  CaseFile,
  CaseList,
  CaseSummary,
  Job,
  Landmark,
  SignatureStatus,
} from './cases';
import { answered, BASE, part, query, request, requestJson, type RequestOptions } from './request';
import type { Settings, StoredSettings } from './settings';
import type { PointMm } from './terms';
import type { StructureUncertainty } from './uncertainty';
import { bytesOf, type Progress } from './transfer';
import type {
  CarriedBy,
  DvhHeader,
  MapInfo,
  OutlinesHeader,
  PlaneOrientation,
  PriorOutlinesHeader,
  Probe,
  Trial,
  VolumeInfo,
} from './volumes';

export { ApiProblem, asProblem, isAborted, ServerLost } from './problem';
export { changePassword, getSession, signIn, signOut } from './session';

type Signal = AbortSignal | undefined;

/** An assessment with the tag of its version. */
export interface TaggedAssessment {
  assessment: Assessment;
  etag: string;
}

const of = (id: string): string => `/cases/${part(id)}`;

async function arrays<Header>(path: string, options: RequestOptions): Promise<ArrayFile<Header>> {
  const response = await request(path, options);
  return readArrays<Header>(await response.arrayBuffer());
}

export function listCases(signal?: Signal): Promise<CaseList> {
  return requestJson('/cases', { doing: 'listing the cases', signal });
}

/** Begins an import; its files follow, then `finishImport`. */
export function startImport(signal?: Signal): Promise<{ id: string }> {
  return requestJson('/imports', { doing: 'starting an import', method: 'POST', signal });
}

export function sendImportFile(
  id: string,
  path: string,
  body: Blob,
  signal?: Signal,
): Promise<{ sha256: string; bytes: number }> {
  const address = `/imports/${part(id)}/files${query({ path })}`;
  return requestJson(address, { doing: `sending the file ${path}`, method: 'PUT', body, signal });
}

export async function discardImport(id: string, signal?: Signal): Promise<void> {
  await request(`/imports/${part(id)}`, { doing: 'discarding the import', method: 'DELETE', signal });
}

/** The result of the job holds the id of the case and the findings at import. */
export function finishImport(id: string, into: { case?: string; label?: string }, signal?: Signal): Promise<Job> {
  return requestJson(`/imports/${part(id)}/finish`, {
    doing: 'importing the files',
    method: 'POST',
    json: into,
    signal,
  });
}

export function getCase(id: string, signal?: Signal): Promise<CaseSummary> {
  return requestJson(of(id), { doing: 'opening the case', signal });
}

export function renameCase(id: string, label: string, signal?: Signal): Promise<CaseSummary> {
  return requestJson(of(id), { doing: 'renaming the case', method: 'PATCH', json: { label }, signal });
}

export async function deleteCase(id: string, signal?: Signal): Promise<void> {
  await request(of(id), { doing: 'deleting the case', method: 'DELETE', signal });
}

export function getContents(id: string, signal?: Signal): Promise<CaseContents> {
  return requestJson(`${of(id)}/contents`, { doing: 'reading what the case holds', signal });
}

export function getSettings(id: string, signal?: Signal): Promise<StoredSettings> {
  return requestJson(`${of(id)}/settings`, { doing: 'reading the settings of the case', signal });
}

/** Stores settings; fails with status 412 where somebody stored others since `etag`. */
export function putSettings(id: string, settings: Settings, etag: string, signal?: Signal): Promise<{ etag: string }> {
  const headers = { 'if-match': etag };
  return requestJson(`${of(id)}/settings`, {
    doing: 'saving the settings',
    method: 'PUT',
    json: { settings },
    headers,
    signal,
  });
}

/** Opens the case and measures it with the stored settings. */
export function startAssessment(id: string, signal?: Signal): Promise<Job> {
  return requestJson(`${of(id)}/assessment`, { doing: 'starting the assessment', method: 'POST', signal });
}

/** Fails with the code `not-assessed` where there is none yet. */
export async function getAssessment(id: string, signal?: Signal): Promise<TaggedAssessment> {
  const response = await request(`${of(id)}/assessment`, { doing: 'reading the assessment', signal });
  return { assessment: (await response.json()) as Assessment, etag: response.headers.get('etag') ?? '' };
}

/** The registrations with which the case is open beside that of its settings. */
export async function listVariants(id: string, signal?: Signal): Promise<string[]> {
  const answer = await requestJson<{ variants: string[] }>(`${of(id)}/variants`, {
    doing: 'listing other registrations',
    signal,
  });
  return answer.variants;
}

/** Works the case out with another registration, so that it can be tried at once when the job is done. Nothing is stored. */
export function startVariant(id: string, use: string, signal?: Signal): Promise<Job> {
  const doing = 'working out another registration';
  return requestJson(`${of(id)}/variants`, { doing, method: 'POST', json: { use }, signal });
}

export function getDvh(id: string, signal?: Signal): Promise<ArrayFile<DvhHeader>> {
  return arrays(`${of(id)}/dvh`, { doing: 'reading the dose-volume histograms', signal });
}

/** What other settings would say, with the curves of the structures that change. */
export function postTrial(id: string, settings: Settings, signal?: Signal): Promise<ArrayFile<Trial & DvhHeader>> {
  return arrays(`${of(id)}/trial`, { doing: 'trying other settings', method: 'POST', json: { settings }, signal });
}

export async function listVolumes(id: string, signal?: Signal): Promise<VolumeInfo[]> {
  const answer = await requestJson<{ volumes: VolumeInfo[] }>(`${of(id)}/volumes`, {
    doing: 'listing the volumes',
    signal,
  });
  return answer.volumes;
}

/** A volume: one array `values`, and what it is in the header. What hangs on settings is of those that are named. */
export async function getVolume(
  id: string,
  volume: string,
  settings: string | null,
  signal?: Signal,
  onprogress: Progress = () => undefined,
): Promise<ArrayFile<VolumeInfo>> {
  const doing = 'reading a volume';
  const named = settings === null ? '' : query({ settings });
  const response = await request(`${of(id)}/volumes/${part(volume)}${named}`, { doing, signal });
  return readArrays(await answered(bytesOf(response, onprogress), { doing }));
}

export function getOutlines(
  id: string,
  plane: PlaneOrientation,
  positionMm: number,
  signal?: Signal,
): Promise<ArrayFile<OutlinesHeader>> {
  const where = query({ plane, position_mm: positionMm, frame: 'current' });
  return arrays(`${of(id)}/outlines${where}`, { doing: 'reading the outlines of a plane', signal });
}

/** Where a plane of the current frame cuts the structures of a prior course. */
export function getPriorOutlines(
  id: string,
  course: string,
  carriedBy: CarriedBy,
  plane: PlaneOrientation,
  positionMm: number,
  signal?: Signal,
): Promise<ArrayFile<PriorOutlinesHeader>> {
  const by = 'map' in carriedBy ? { map: carriedBy.map } : { moving_from_fixed: carriedBy.movingFromFixed.join(',') };
  const where = query({ plane, position_mm: positionMm, frame: 'current', course, ...by });
  return arrays(`${of(id)}/outlines${where}`, { doing: 'reading the outlines of a prior course', signal });
}

/** Everything at one place; with the settings that were tried last where none are named. */
export function getProbe(id: string, [x, y, z]: PointMm, settings: string | null, signal?: Signal): Promise<Probe> {
  const named = settings === null ? {} : { settings };
  return requestJson(`${of(id)}/probe${query({ x, y, z, ...named })}`, {
    doing: 'reading the doses at a point',
    signal,
  });
}

export async function listMaps(id: string, signal?: Signal): Promise<MapInfo[]> {
  const answer = await requestJson<{ maps: MapInfo[] }>(`${of(id)}/maps`, {
    doing: 'listing the registrations',
    signal,
  });
  return answer.maps;
}

/** The rigid map that comes closest to landmarks. */
export function postByHand(id: string, landmarks: Landmark[], signal?: Signal): Promise<ByHandResult> {
  const json = { landmarks };
  return requestJson(`${of(id)}/by-hand`, { doing: 'aligning by landmarks', method: 'POST', json, signal });
}

/** What the doubt of a structure comes from, with settings that were tried; a trial does not tell it. */
export function getDoubt(
  id: string,
  structure: number,
  settings: string,
  signal?: Signal,
): Promise<Pick<StructureUncertainty, 'contributions' | 'search'>> {
  const path = `${of(id)}/structures/${structure}/doubt${query({ settings })}`;
  return requestJson(path, { doing: 'asking what the doubt of a structure comes from', signal });
}

export function getBudget(id: string, fractions: number, settings: string, signal?: Signal): Promise<Budget> {
  return requestJson(`${of(id)}/budget${query({ fractions, settings })}`, { doing: 'reading the budget', signal });
}

export async function listQuestions(id: string, signal?: Signal): Promise<AskedQuestion[]> {
  const path = `${of(id)}/questions`;
  const answer = await requestJson<{ questions: AskedQuestion[] }>(path, { doing: 'listing the questions', signal });
  return answer.questions;
}

/** The address of a file of the case, for a link. */
export function fileAddress(id: string, file: CaseFile): string {
  return `${BASE}${of(id)}/files/${file}`;
}

export function getSignature(id: string, signal?: Signal): Promise<SignatureStatus> {
  return requestJson(`${of(id)}/signature`, { doing: 'reading the signature', signal });
}

/** A department asks for the password once more, and takes name and role from the account. */
export function sign(
  id: string,
  signature: { name: string; role: string; meaning: string; password?: string },
  signal?: Signal,
): Promise<SignatureStatus> {
  return requestJson(`${of(id)}/signature`, { doing: 'signing', method: 'POST', json: signature, signal });
}

export async function removeSignature(id: string, signal?: Signal): Promise<void> {
  await request(`${of(id)}/signature`, { doing: 'removing the signature', method: 'DELETE', signal });
}

export async function listJobs(signal?: Signal): Promise<Job[]> {
  const answer = await requestJson<{ jobs: Job[] }>('/jobs', { doing: 'listing the jobs', signal });
  return answer.jobs;
}

export function getJob(id: string, signal?: Signal): Promise<Job> {
  return requestJson(`/jobs/${part(id)}`, { doing: 'reading a job', signal });
}

export async function cancelJob(id: string, signal?: Signal): Promise<void> {
  await request(`/jobs/${part(id)}`, { doing: 'cancelling a job', method: 'DELETE', signal });
}
