export { default } from './DecisionPage.svelte';
