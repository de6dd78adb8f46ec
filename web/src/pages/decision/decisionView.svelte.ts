/** Which part of the page is shown; it stays when the reader comes back from another page. */
import type { SectionName } from './sections';

class DecisionView {
  section = $state<SectionName>('open');
}

export const decisionView = new DecisionView();
