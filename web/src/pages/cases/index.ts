export { default } from './CasesPage.svelte';
