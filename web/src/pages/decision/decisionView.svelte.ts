/** Which part of the page is shown; it stays when the reader comes back from another page. */
import { provider } from '../../state/provider.svelte';
import type { SectionName } from './sections';

class DecisionView {
  section = $state<SectionName>(provider.isSigning ? 'signature' : 'open');
}

export const decisionView = new DecisionView();
