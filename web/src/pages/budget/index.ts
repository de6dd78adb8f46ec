export { default } from './BudgetPage.svelte';
