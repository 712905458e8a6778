/** Articles, what they were, and what the search makes of a question. */

import type { Uuid } from "../../client/src/protocol.ts";
import type * as Rest from "../../client/src/rest.ts";
import { all, get, patch, post, remove } from "./rest.ts";

export type { Article, ArticleCard, ArticleVersion, FoundArticle, KbCategory } from "../../client/src/rest.ts";

const PATH = "/api/knowledge/articles";

export const listArticles = (): Promise<readonly Rest.ArticleCard[]> => all(PATH);
export const showArticle = (id: Uuid): Promise<Rest.Article> => get(`${PATH}/${id}`);
export const addArticle = (body: Rest.NewArticle): Promise<Rest.Article> => post(PATH, body);
export const changeArticle = (id: Uuid, body: Rest.ChangeArticle): Promise<Rest.Article> => patch(`${PATH}/${id}`, body);
export const removeArticle = (id: Uuid): Promise<void> => remove(`${PATH}/${id}`);
export const listVersions = (id: Uuid): Promise<readonly Rest.ArticleVersion[]> => all(`${PATH}/${id}/versions`, {}, 1);
export const restoreArticle = (id: Uuid, version: number): Promise<Rest.Article> => post(`${PATH}/${id}/restore`, { version });
export const askKnowledge = async (q: string): Promise<readonly Rest.FoundArticle[]> => (await get<Rest.Answers>("/api/knowledge/search", { q, is_trial: true })).found;
export const listCategories = (): Promise<readonly Rest.KbCategory[]> => all("/api/knowledge/categories");
export const addCategory = (body: Rest.NewKbCategory): Promise<Rest.KbCategory> => post("/api/knowledge/categories", body);
export const changeCategory = (id: Uuid, body: Rest.ChangeKbCategory): Promise<Rest.KbCategory> => patch(`/api/knowledge/categories/${id}`, body);
export const removeCategory = (id: Uuid): Promise<void> => remove(`/api/knowledge/categories/${id}`);

/** What nothing answered in the last days. */
export const listUnanswered = (days: number): Promise<Rest.SearchReport> =>
  get("/api/knowledge/searches", { is_unanswered: true, limit: 20, since: Date.now() - days * 86_400_000 });
