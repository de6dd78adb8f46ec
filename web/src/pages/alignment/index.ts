export { default } from './AlignmentPage.svelte';
