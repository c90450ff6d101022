(* One drawn ticket, checked whole by Coq: "this masked network differs from this target by at most eps on the unit ball".
   The file of a ticket lists, for each weight of the target, the hidden units that the masks keep for it with their two
   random weights; every bound is an inequality between whole numbers (ticket_check). *)
From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify ssrZ.
From LT Require Import r4_uniform r6_gadget norms networks composition a_posteriori cells gadget_growth executable matrix_norms.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* a kept hidden unit: its number among those of its input, the weight before and the weight behind it, in units of 1/Q *)
Definition kept_unit : Type := (nat * (Z * Z))%type.

Record kept_layer := KeptLayer {
  target_rows : seq (seq Z);                 (* the matrix of the target, in units of 1/T *)
  kept_units : seq (seq (seq kept_unit));    (* for each output and input *)
  coarse_rows : seq (seq Z);                 (* the matrix rounded to units of 1/tau *)
  coarse_norm : Z;                           (* bounds the norm of coarse_rows *)
  rounding : Z;                              (* bounds the norm of what rounding changed, in units of 1/S *)
  norm_bound : Z;                            (* bounds the norm of the matrix, in units of 1/S *)
  error_bound : Z                            (* bounds the norm of what the ticket changes, in units of 1/S *)
}.
Definition no_kept_layer : kept_layer := KeptLayer [::] [::] [::] 0 0 0 0.

(* what a positive, and a negative, input is multiplied by, in units of 1/Q^2 *)
Definition plusZ (us : seq kept_unit) : Z := sumZ [seq Z.mul u.2.2 (Z.max 0 u.2.1) | u <- us].
Definition minusZ (us : seq kept_unit) : Z := Z.opp (sumZ [seq Z.mul u.2.2 (Z.max 0 (Z.opp u.2.1)) | u <- us]).

Definition sum2 (e d : nat) (f : nat -> nat -> Z) : Z := sumZ [seq sumZ [seq f o j | j <- iota 0 d] | o <- iota 0 e].
Definition squareZ (z : Z) : Z := Z.mul z z.

Section Check.
Variables (Q T tau S : Z) (steps : nat).

(* the error of one weight, in units of 1/(T Q^2); behind a ReLU inputs are not negative *)
Definition weight_error (is_first : bool) (w : Z) (us : seq kept_unit) : Z :=
  let error p := Z.abs (Z.sub (Z.mul w (Z.mul Q Q)) (Z.mul T p)) in
  if is_first then Z.max (error (plusZ us)) (error (minusZ us)) else error (plusZ us).

Definition units_of (L : kept_layer) (o j : nat) : seq kept_unit := entry_at [::] (kept_units L) o j.
Definition target_entry (L : kept_layer) (o j : nat) : Z := entry_at Z0 (target_rows L) o j.

Definition layer_check (is_first : bool) (d e n : nat) (L : kept_layer) : bool :=
  [&& all (fun o => all (fun j => let ks := unzip1 (units_of L o j) in uniq ks && all (fun k => k < n)%N ks) (iota 0 d)) (iota 0 e),
      has_shape e d (coarse_rows L), norm_check steps (coarse_rows L) (coarse_norm L),
      [&& Z.leb 0 (rounding L), Z.leb 0 (norm_bound L) & Z.leb 0 (error_bound L)],
      Z.leb (Z.mul (sum2 e d (fun o j => squareZ (Z.sub (Z.mul (target_entry L o j) tau) (Z.mul T (entry_at Z0 (coarse_rows L) o j)))))
                   (squareZ S)) (squareZ (Z.mul (rounding L) (Z.mul T tau))),
      Z.leb (Z.add (Z.mul (coarse_norm L) S) (Z.mul (rounding L) tau)) (Z.mul (norm_bound L) tau) &
      Z.leb (Z.mul (sum2 e d (fun o j => squareZ (weight_error is_first (target_entry L o j) (units_of L o j)))) (squareZ S))
            (squareZ (Z.mul (error_bound L) (Z.mul T (Z.mul Q Q))))].

(* the recursion of composition.v, in units of 1/S^k *)
Fixpoint grownZ (Ls : seq kept_layer) (k : nat) : Z :=
  if k is k'.+1 then let L := nth no_kept_layer Ls k' in Z.mul (Z.add (norm_bound L) (error_bound L)) (grownZ Ls k') else Zpos 1.
Fixpoint errZ (Ls : seq kept_layer) (k : nat) : Z :=
  if k is k'.+1 then let L := nth no_kept_layer Ls k' in
    Z.add (Z.mul (norm_bound L) (errZ Ls k')) (Z.mul (error_bound L) (grownZ Ls k')) else Z0.

Definition ticket_check (d n : nat -> nat) (Ls : seq kept_layer) (e1 e2 : Z) : bool :=
  let l := size Ls in
  [&& Z.ltb 0 Q, Z.ltb 0 T, Z.ltb 0 tau, Z.ltb 0 S, Z.ltb 0 e2,
      all (fun i => layer_check (i == 0%N) (d i) (d i.+1) (n i) (nth no_kept_layer Ls i)) (iota 0 l) &
      Z.leb (Z.mul (errZ Ls l) e2) (Z.mul e1 (Z.pow S (Z.of_nat l)))].
End Check.

Definition lookup (k : nat) (us : seq kept_unit) : option (Z * Z) :=
  foldr (fun u found => if u.1 == k then Some u.2 else found) None us.

Section Sound.
Variables (R : rcfType) (half_Q : N) (T tau S : Z) (steps : nat) (d n : nat -> nat) (Ls : seq kept_layer) (e1 e2 : Z).
Local Notation q := (nat_of_bin half_Q).
Local Notation Q := (q + q)%N.
Local Notation l := (size Ls).
Local Notation toR := (toR R).
Local Notation QZ := (Z.of_N (N.add half_Q half_Q)).
Local Notation data i := (nth no_kept_layer Ls i).
Hypothesis ok : ticket_check QZ T tau S steps d n Ls e1 e2.

(* the masks keep a first weight for every hidden unit, and the second weights of the listed ones *)
Definition kept_edges (i : 'I_l) (o : 'I_(d i.+1)) (h : 'I_(d i) * 'I_(n i)) : bool := isSome (lookup h.2 (units_of (data i) o h.1)).
(* the listed weights are those of the random network *)
Definition drawn (w : network q l d n) : Prop := forall (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (k : 'I_(n i)) (ab : Z * Z),
  lookup k (units_of (data i) o j) = Some ab ->
  oddw (before w (i := i) (j, k) j) = int_of_Z ab.1 /\ oddw (behind w (i := i) o (j, k)) = int_of_Z ab.2.
Definition target_of (i : 'I_l) : 'I_(d i.+1) -> 'I_(d i) -> R := fun o j => toR (target_entry (data i) o j) / toR T.

Lemma toR_gt0 z : Z.ltb 0 z -> 0 < toR z.
Proof. by move=> /Z.ltb_lt z0; rewrite /cells.toR (ltr_int _ 0); lia. Qed.
Lemma toR_leb a b : Z.leb a b -> toR a <= toR b.
Proof. by move=> /Z.leb_le; exact: toR_le. Qed.

Lemma positive : [/\ 0 < toR QZ, 0 < toR T, 0 < toR tau, 0 < toR S & 0 < toR e2].
Proof. by case/and5P: ok => Q0 T0 t0 S0 /andP[e0 _]; split; exact: toR_gt0. Qed.
Lemma QE : toR QZ = Q%:R.
Proof. by rewrite toR_num nat_of_add_bin. Qed.
Lemma layer_ok (i : 'I_l) : layer_check QZ T tau S steps (i == 0%N :> nat) (d i) (d i.+1) (n i) (data i).
Proof. by case/and5P: ok => _ _ _ _ /and3P[_ /allP each _]; apply: each; rewrite mem_iota ltn_ord. Qed.

Lemma toR_sum2 e' d' f : toR (sum2 e' d' f) = \sum_(o < e') \sum_(j < d') toR (f o j).
Proof. by rewrite /sum2 (toR_sum R (fun o => sumZ [seq f o j | j <- iota 0 d'])); apply: eq_bigr => o _; rewrite toR_sum. Qed.

Lemma lookup_sum m (us : seq kept_unit) (F : option (Z * Z) -> R) : F None = 0 ->
  uniq (unzip1 us) -> all (fun k => k < m)%N (unzip1 us) -> \sum_(k < m) F (lookup k us) = \sum_(u <- us) F (Some u.2).
Proof.
move=> F0; elim: us => [|[k ab] us IH] /=; first by rewrite big_nil big1.
move=> /andP[new un] /andP[km bounds]; rewrite big_cons -(IH un bounds).
have none : lookup k us = None.
  by elim: us new {IH un bounds} => //= -[k' ab'] us IH; rewrite inE negb_or eq_sym => /andP[/negbTE -> /IH].
rewrite (bigD1 (Ordinal km)) //= eqxx [\sum_(k0 < m) F _ in RHS](bigD1 (Ordinal km)) //= none F0 add0r; congr (_ + _).
by apply: eq_bigr => k' nk; case: eqP => // kk; move: nk => /eqP[]; apply: val_inj.
Qed.

Lemma listed (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) :
  uniq (unzip1 (units_of (data i) o j)) && all (fun k => k < n i)%N (unzip1 (units_of (data i) o j)).
Proof.
case/and5P: (layer_ok i) => /allP rows _ _ _ _.
have om : (o : nat) \in iota 0 (d i.+1) by rewrite mem_iota ltn_ord.
have jm : (j : nat) \in iota 0 (d i) by rewrite mem_iota ltn_ord.
by have /allP cols := rows _ om; exact: cols _ jm.
Qed.

Section Drawn.
Variable w : network q l d n.
Hypothesis drawn_w : drawn w.

Lemma side_sum (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (g : R -> R) (G : Z -> Z) :
  (forall z, g (toR z / Q%:R) = toR (G z) / Q%:R) ->
  \sum_(k < n i) (kept_edges o (j, k))%:R * wt R (behind w (i := i) o (j, k)) * g (wt R (before w (i := i) (j, k) j)) =
  toR (sumZ [seq Z.mul u.2.2 (G u.2.1) | u <- units_of (data i) o j]) / Q%:R ^+ 2.
Proof.
move=> gG; have /andP[un bounds] := listed o j.
pose F (found : option (Z * Z)) := if found is Some ab then toR ab.2 / Q%:R * (toR (G ab.1) / Q%:R) else 0.
rewrite (eq_bigr (fun k : 'I_(n i) => F (lookup k (units_of (data i) o j)))) => [|k _]; last first.
  rewrite /kept_edges /=; case found: (lookup k _) => [ab|] /=; last by rewrite !mul0r.
  by have [ea eb] := drawn_w found; rewrite mul1r /wt ea eb gG.
rewrite (lookup_sum (F := F) (erefl 0) un bounds) /sumZ; elim: (units_of _ _ _) => [|u us IH] /=; first by rewrite big_nil mul0r.
by rewrite big_cons IH toRD toRM mulrDl; congr (_ + _); rewrite /F mulf_div -expr2.
Qed.

Lemma max_toR z (s : R) : 0 <= s -> Num.max 0 (toR z / s) = toR (Z.max 0 z) / s.
Proof. by move=> s0; rewrite toR_max maxr_pmull ?mul0r ?invr_ge0. Qed.

Lemma plusE (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) : plus R w kept_edges o j = toR (plusZ (units_of (data i) o j)) / Q%:R ^+ 2.
Proof. by apply: (@side_sum i o j (Num.max 0) (Z.max 0)) => z; rewrite max_toR ?ler0n. Qed.

Lemma minusE (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) : minus R w kept_edges o j = toR (minusZ (units_of (data i) o j)) / Q%:R ^+ 2.
Proof.
rewrite /minus /minusZ (@side_sum i o j (fun t => Num.max 0 (- t)) (fun z => Z.max 0 (Z.opp z))) => [|z].
  by rewrite -mulNr; congr (_ / _); rewrite /cells.toR -mulrNz; congr (_ *~ _); lia.
by rewrite -mulNr -max_toR ?ler0n //; congr (Num.max 0 (_ / _)); rewrite /cells.toR -mulrNz; congr (_ *~ _); lia.
Qed.
End Drawn.

Definition L (i : nat) : R := toR (norm_bound (data i)) / toR S.
Definition E (i : nat) : R := toR (error_bound (data i)) / toR S.

Lemma bounds_ge0 i : 0 <= L i /\ 0 <= E i.
Proof.
have [_ _ _ S0 _] := positive; rewrite /L /E; have [il|il] := ltnP i l; last by rewrite nth_default //= !mul0r.
case/and5P: (layer_ok (Ordinal il)) => _ _ _ /and3P[_ n0 e0] _.
by rewrite !divr_ge0 ?(ltW S0) // -[0]/(toR Z0); apply: toR_leb.
Qed.

Lemma toR_square z : toR (squareZ z) = toR z ^+ 2. Proof. by rewrite /squareZ toRM expr2. Qed.

(* the norm of the target's matrix: a coarse matrix and what rounding changed *)
Lemma target_norm (i : 'I_l) x : norm (mulmv (@target_of i) x) <= L i * norm x.
Proof.
have [_ T0 t0 S0 _] := positive.
case/and5P: (layer_ok i) => _ sh coarse /and3P[r0 _ _] /and3P[small add _].
have R0 : 0 <= toR (rounding (data i)) / toR S by rewrite divr_ge0 ?(ltW S0) // -[0]/(toR Z0); apply: toR_leb.
pose V : 'I_(d i.+1) -> 'I_(d i) -> R := matrix R (coarse_rows (data i)).
pose D (o : 'I_(d i.+1)) (j : 'I_(d i)) : R := target_of o j - V o j / toR tau.
have bD : bounded D (toR (rounding (data i)) / toR S).
  apply: bounded_frob => //.
  move: small => /toR_leb; rewrite toRM toR_sum2 !toR_square !toRM => small.
  have DE o : sq (D o) = (\sum_(j < d i) toR (squareZ (Z.sub (Z.mul (target_entry (data i) o j) tau)
      (Z.mul T (entry_at Z0 (coarse_rows (data i)) o j))))) / (toR T * toR tau) ^+ 2.
    rewrite mulr_suml; apply: eq_bigr => j _; rewrite toR_square toRB !toRM /D /target_of /V /matrix.
    by field; rewrite !gt_eqF.
  rewrite (eq_bigr _ (fun o _ => DE o)) -mulr_suml ler_pdivr_mulr ?exprn_gt0 ?mulr_gt0 //.
  rewrite expr_div_n mulrAC ler_pdivl_mulr ?exprn_gt0 // -exprMn; exact: small.
have bV : bounded V (toR (coarse_norm (data i))) := norm_check_sound sh coarse.
rewrite (eq_norm (y := fun o => (toR tau)^-1 * mulmv V x o + mulmv D x o)) => [|o]; last first.
  rewrite /mulmv mulr_sumr -big_split; apply: eq_bigr => j _ /=; rewrite /D; ring.
apply: le_trans (norm_add _ _) _.
have -> : norm (fun o => (toR tau)^-1 * mulmv V x o) = (toR tau)^-1 * norm (mulmv V x).
  apply/eqP; rewrite -(eqr_expn2 (n := 2)) ?mulr_ge0 ?norm_ge0 ?invr_ge0 ?(ltW t0) // exprMn !norm_sq /sq mulr_sumr.
  by apply/eqP/eq_bigr => o _; rewrite exprMn.
apply: (@le_trans _ _ ((toR tau)^-1 * (toR (coarse_norm (data i)) * norm x) + toR (rounding (data i)) / toR S * norm x)).
  by apply: ler_add => //; rewrite ler_wpmul2l ?invr_ge0 ?(ltW t0).
rewrite mulrA -mulrDl ler_wpmul2r ?norm_ge0 // /L.
move: add => /toR_leb; rewrite toRD !toRM => add.
rewrite -(ler_pmul2r (mulr_gt0 S0 t0)).
have -> : ((toR tau)^-1 * toR (coarse_norm (data i)) + toR (rounding (data i)) / toR S) * (toR S * toR tau) =
   toR (coarse_norm (data i)) * toR S + toR (rounding (data i)) * toR tau by field; rewrite !gt_eqF.
by have -> : toR (norm_bound (data i)) / toR S * (toR S * toR tau) = toR (norm_bound (data i)) * toR tau by field; rewrite gt_eqF.
Qed.

Lemma errZ_sound k : toR (errZ Ls k) / toR S ^+ k = err L E (fun i => L i + E i) k /\
  toR (grownZ Ls k) / toR S ^+ k = grown (fun i => L i + E i) k.
Proof.
have [_ _ _ S0 _] := positive; elim: k => [|k [IHe IHg]] /=; first by rewrite mul0r expr0 divr1.
rewrite -IHe -IHg !toRD !toRM toRD /L /E exprS; split; by field; rewrite expf_neq0 ?gt_eqF.
Qed.

Theorem ticket_checked (w : network q l d n) : drawn w -> forall x : 'I_(d 0%N) -> R, norm x <= 1 ->
  norm (fun o => net (apply target_of) x (leqnn l) o - net (ticket w (blocks kept_edges)) x (leqnn l) o) <= toR e1 / toR e2.
Proof.
move=> drawn_w x x1; have [Q0 T0 t0 S0 e20] := positive.
pose B (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) : R :=
  toR (weight_error QZ T (i == 0%N :> nat) (target_entry (data i) o j) (units_of (data i) o j)) / (toR T * Q%:R ^+ 2).
have TQ : 0 < toR T * Q%:R ^+ 2 by rewrite mulr_gt0 ?exprn_gt0 // -QE.
have absR z : toR (Z.abs z) = `|toR z|.
  by rewrite /cells.toR -intr_norm; congr (_ *~ _); lia.
have close (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) p : toR (Z.abs (Z.sub (Z.mul (target_entry (data i) o j) (Z.mul QZ QZ)) (Z.mul T p))) / (toR T * Q%:R ^+ 2) =
    `|@target_of i o j - toR p / Q%:R ^+ 2|.
  rewrite absR -[X in _ / X](gtr0_norm TQ) -normfV -normrM; congr `|_|; rewrite toRB !toRM QE /target_of.
  by field; rewrite -natrD -QE !gt_eqF.
have [eE _] := errZ_sound l.
apply: (@le_trans _ _ (err L E (fun i => L i + E i) l)); last first.
  rewrite -eE ler_pdivr_mulr ?exprn_gt0 // mulrAC ler_pdivl_mulr //.
  case/and5P: ok => _ _ _ _ /and3P[_ _ /toR_leb]; rewrite !toRM; congr (_ <= _ * _).
  elim: (l) => [|k IH]; first by rewrite expr0.
  by rewrite exprS -IH -toRM Nat2Z.inj_succ Z.pow_succ_r //; lia.
apply: (ticket_error (S2 := kept_edges) target_norm _ _ (B := B)) => // [i|i|i o j|i o j i0|i].
- by case: (bounds_ge0 i).
- by case: (bounds_ge0 i).
- rewrite plusE // /B /weight_error; case: ifP => _; last by rewrite close.
  by rewrite -close ler_pmul2r ?invr_gt0 //; apply: toR_le; exact: Z.le_max_l.
- rewrite minusE // /B /weight_error (_ : (i == 0%N :> nat) = true) ?i0 // -close ler_pmul2r ?invr_gt0 //; apply: toR_le; exact: Z.le_max_r.
case/and5P: (layer_ok i) => _ _ _ _ /and3P[_ _ /toR_leb]; rewrite toRM toR_sum2 !toR_square !toRM => small.
have [_ E0] := bounds_ge0 i; rewrite -(ler_pexpn2r (n := 2)) ?nnegrE ?frob_ge0 // frob_sq /E expr_div_n.
have BE o : sq (B i o) = (\sum_(j < d i) toR (squareZ (weight_error QZ T (i == 0%N :> nat) (target_entry (data i) o j)
    (units_of (data i) o j)))) / (toR T * Q%:R ^+ 2) ^+ 2.
  by rewrite mulr_suml; apply: eq_bigr => j _; rewrite toR_square /B expr_div_n.
rewrite (eq_bigr _ (fun o _ => BE o)) -mulr_suml ler_pdivr_mulr ?exprn_gt0 // mulrAC ler_pdivl_mulr ?exprn_gt0 // -exprMn.
by apply: (le_trans small); rewrite QE -expr2.
Qed.
End Sound.
