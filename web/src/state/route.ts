/** Addresses of the pages: `#/cases`, `#/case/ID/PAGE`, `#/administration`. */

export const CASE_PAGES = ['timeline', 'alignment', 'dose', 'organs', 'budget', 'decision'] as const;

export type CasePage = (typeof CASE_PAGES)[number];
export type PageName = 'cases' | CasePage | 'administration';
export type Route = { page: 'cases' | 'administration'; caseId: null } | { page: CasePage; caseId: string };

export const PAGES: readonly PageName[] = ['cases', ...CASE_PAGES, 'administration'];

const HOME: Route = { page: 'cases', caseId: null };

/** The route of a hash; anything that is none leads to the cases. */
export function parseRoute(hash: string): Route {
  const [head, id, page = 'timeline', ...rest] = hash.replace(/^#\/?/, '').split('/');
  if (head === 'administration' && id === undefined) return { page: 'administration', caseId: null };
  if (head !== 'case' || id === undefined || id === '' || rest.length > 0) return HOME;
  const caseId = decoded(id);
  return caseId !== null && isCasePage(page) ? { page, caseId } : HOME;
}

/** The hash of a route, for links. */
export function addressOf(route: Route): string {
  return route.caseId === null ? `#/${route.page}` : `#/case/${encodeURIComponent(route.caseId)}/${route.page}`;
}

function isCasePage(text: string): text is CasePage {
  return (CASE_PAGES as readonly string[]).includes(text);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
