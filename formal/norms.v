(* Euclidean norms of vectors, ReLU, matrices as functions; a contractive matrix is one of spectral norm at most 1.
   layer_error: entries within tau give a layer within tau sqrt(d e). *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Norm.
Variables (R : rcfType).
Implicit Types (D E : finType).

Definition sq D (x : D -> R) : R := \sum_j x j ^+ 2.
Definition norm D (x : D -> R) : R := Num.sqrt (sq x).

Lemma sq_ge0 D (x : D -> R) : 0 <= sq x.
Proof. by apply: sumr_ge0 => j _; exact: sqr_ge0. Qed.

Lemma norm_ge0 D (x : D -> R) : 0 <= norm x. Proof. exact: sqrtr_ge0. Qed.
Lemma norm_sq D (x : D -> R) : norm x ^+ 2 = sq x. Proof. exact: sqr_sqrtr (sq_ge0 x). Qed.

Lemma norm_le D E (x : D -> R) (y : E -> R) : sq x <= sq y -> norm x <= norm y.
Proof. by move=> le; apply: ler_wsqrtr. Qed.

Lemma norm_leP D (x : D -> R) (b : R) : 0 <= b -> (sq x <= b ^+ 2) = (norm x <= b).
Proof. by move=> b0; rewrite -norm_sq ler_pexpn2r ?nnegrE ?norm_ge0. Qed.

Lemma eq_norm D (x y : D -> R) : x =1 y -> norm x = norm y.
Proof. by move=> xy; congr Num.sqrt; apply: eq_bigr => j _; rewrite xy. Qed.

Lemma cauchy D (x y : D -> R) : (\sum_j x j * y j) ^+ 2 <= sq x * sq y.
Proof.
rewrite -subr_ge0 -(pmulr_rge0 _ (ltr0n R 2 : 0 < 2)).
have -> : 2 * (sq x * sq y - (\sum_j x j * y j) ^+ 2) =
   \sum_i \sum_j (x i * y j - x j * y i) ^+ 2.
  set P := \sum_j x j * y j.
  have E i : \sum_j (x i * y j - x j * y i) ^+ 2 =
      sq y * x i ^+ 2 + sq x * y i ^+ 2 - 2 * P * (x i * y i).
    rewrite /sq /P mulr_sumr !mulr_suml -big_split -sumrB; apply: eq_bigr => j _ /=.
    by ring.
  rewrite (eq_bigr _ (fun i _ => E i)) sumrB big_split /= -!mulr_sumr -/(sq x) -/(sq y) -/P.
  by ring.
by apply: sumr_ge0 => i _; apply: sumr_ge0 => j _; exact: sqr_ge0.
Qed.

Lemma norm_add D (x y : D -> R) : norm (fun j => x j + y j) <= norm x + norm y.
Proof.
rewrite -norm_leP ?addr_ge0 ?norm_ge0 // sqrrD !norm_sq.
have -> : sq (fun j => x j + y j) = sq x + (\sum_j x j * y j) *+ 2 + sq y.
  by rewrite /sq -sumrMnl -!big_split; apply: eq_bigr => j _; rewrite sqrrD.
rewrite ler_add2r ler_add2l ler_muln2r /=.
have n0 : 0 <= norm x * norm y by rewrite mulr_ge0 ?norm_ge0.
apply: le_trans (ler_norm _) _.
by rewrite -(ler_pexpn2r (n := 2)) ?nnegrE // real_normK ?num_real // exprMn !norm_sq cauchy.
Qed.

Lemma normN D (x : D -> R) : norm (fun j => - 1 * x j) = norm x.
Proof. by congr Num.sqrt; apply: eq_bigr => j _; rewrite mulN1r sqrrN. Qed.

Definition relu D (x : D -> R) : D -> R := fun j => Num.max 0 (x j).

Lemma max_sq (a : R) : Num.max 0 a ^+ 2 <= a ^+ 2.
Proof. by case: (lerP 0 a) => // a0; rewrite expr0n sqr_ge0. Qed.

Lemma max_lip (a b : R) : (Num.max 0 a - Num.max 0 b) ^+ 2 <= (a - b) ^+ 2.
Proof.
have far (u v : R) : 0 <= u -> v < 0 -> u ^+ 2 <= (u - v) ^+ 2.
  by move=> u0 v0; rewrite ler_pexpn2r ?nnegrE ?ler_addl ?addr_ge0 ?oppr_ge0 // ltW.
case: (lerP 0 a) => a0; case: (lerP 0 b) => b0 //.
- by rewrite subr0 far.
- by rewrite sub0r sqrrN -[leRHS]sqrrN opprB far.
- by rewrite subrr expr0n sqr_ge0.
Qed.

Lemma relu_norm D (x : D -> R) : norm (relu x) <= norm x.
Proof. by apply: norm_le; apply: ler_sum => j _; exact: max_sq. Qed.

Lemma relu_lip D (x y : D -> R) :
  norm (fun j => relu x j - relu y j) <= norm (fun j => x j - y j).
Proof. by apply: norm_le; apply: ler_sum => j _; exact: max_lip. Qed.

Definition mulmv D E (A : E -> D -> R) (x : D -> R) : E -> R := fun e => \sum_j A e j * x j.
(* spectral norm at most 1 *)
Definition contractive D E (A : E -> D -> R) := forall x, norm (mulmv A x) <= norm x.

Lemma mulmvB D E (A : E -> D -> R) x y e :
  mulmv A x e - mulmv A y e = mulmv A (fun j => x j - y j) e.
Proof. by rewrite /mulmv -sumrB; apply: eq_bigr => j _; rewrite mulrBr. Qed.

Lemma contractive_entry D E (A : E -> D -> R) e j : contractive A -> `|A e j| <= 1.
Proof.
move=> /(_ (fun j' => (j' == j)%:R)).
have -> : norm (fun j' => (j' == j)%:R) = 1.
  rewrite /norm /sq (bigD1 j) //= eqxx expr1n big1 ?addr0 ?sqrtr1 // => j' /negbTE ->.
  by rewrite expr0n.
rewrite -norm_leP ?ler01 // expr1n /sq (bigD1 e) //= => le.
have {le} : (A e j) ^+ 2 <= 1.
  apply: le_trans le; rewrite {1}/mulmv (bigD1 j) //= eqxx mulr1 big1 ?addr0 => [|j' /negbTE ->]; last first.
    by rewrite mulr0.
  by rewrite ler_addl; apply: sumr_ge0 => i _; exact: sqr_ge0.
by move=> le2; rewrite -(ler_pexpn2r (n := 2)) ?nnegrE ?ler01 // real_normK ?num_real // expr1n.
Qed.

(* L2: entries within tau on every input give a layer within sqrt(d e) tau *)
Lemma layer_error D E (A : E -> D -> R) (f : E -> D -> R -> R) (tau eta : R) :
  (forall e j t, `|A e j * t - f e j t| <= tau * `|t|) ->
  0 <= eta -> tau ^+ 2 * (#|D| * #|E|)%:R <= eta ^+ 2 ->
  forall x, norm (fun e => mulmv A x e - \sum_j f e j (x j)) <= eta * norm x.
Proof.
move=> close eta0 small x; rewrite -norm_leP ?mulr_ge0 ?norm_ge0 // exprMn norm_sq.
apply: (@le_trans _ _ (tau ^+ 2 * (#|D| * #|E|)%:R * sq x)); last by rewrite ler_wpmul2r ?sq_ge0.
have one e : (mulmv A x e - \sum_j f e j (x j)) ^+ 2 <= tau ^+ 2 * #|D|%:R * sq x.
  have le : `|mulmv A x e - \sum_j f e j (x j)| <= \sum_j `|x j| * tau.
    rewrite /mulmv -sumrB; apply: le_trans (ler_norm_sum _ _ _) _.
    by apply: ler_sum => j _; rewrite [leRHS]mulrC.
  rewrite -[leLHS](real_normK (num_real _)).
  apply: (@le_trans _ _ ((\sum_j `|x j| * tau) ^+ 2)).
    by rewrite ler_pexpn2r ?nnegrE // (le_trans _ le).
  apply: le_trans (cauchy (fun j => `|x j|) (fun=> tau)) _.
  rewrite {2}/sq sumr_const -mulr_natl [leRHS]mulrC [#|D|%:R * _]mulrC.
  rewrite le_eqVlt; apply/orP; left; apply/eqP; congr (_ * _).
  by apply: eq_bigr => j _; rewrite real_normK ?num_real.
rewrite /sq; apply: le_trans (ler_sum _ (fun e _ => one e)) _.
rewrite sumr_const -[leLHS]mulr_natl natrM.
rewrite le_eqVlt; apply/orP; left; apply/eqP; rewrite mulrC -!mulrA.
by rewrite -/(sq x) [sq x * _]mulrC.
Qed.

End Norm.
