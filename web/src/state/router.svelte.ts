/** Which page is shown; the address bar is the only place that holds it. */
import { addressOf, type CasePage, parseRoute, type Route } from './route';

class Router {
  current = $state.raw<Route>(parseRoute(typeof location === 'undefined' ? '' : location.hash));

  /** Follows the address bar from now on; returns how to stop. */
  start(): () => void {
    const follow = (): void => {
      this.current = parseRoute(location.hash);
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }

  go(route: Route): void {
    location.hash = addressOf(route);
  }

  /** Opens a page of a case; of the open one where none is named. */
  goToPage(page: CasePage, caseId: string | null = this.current.caseId): void {
    if (caseId !== null) this.go({ page, caseId });
  }

  goToCases(): void {
    this.go({ page: 'cases', caseId: null });
  }
}

export const router = new Router();
