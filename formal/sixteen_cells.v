(* A certificate of weights for sixteen cells: the growth is 49/500 and more, and the law of subset sums has the rate
   451/500. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From LT Require Import cell_weights theorem_1_checked theorem_1_weighted.

Definition cells16 : certificate :=
  Certificate [:: 54; 41; 39; 94; 182; 533; 825; 1000; 1000; 825; 533; 182; 94; 39; 41; 54]%N 39 1000 16 8
    1000000 1000 570353 49 500 307 50.

Lemma cells16_checked : certificate_check cells16 = true.
Proof. vm_cast_no_check (erefl true). Qed.

Definition weighted_law : law := Law 451 500 307 50 1024 8.

Lemma weighted_law_holds (R : rcfType) : holds R weighted_law.
Proof. have -> : weighted_law = law_of cells16 by vm_compute. exact: law_of_holds cells16_checked. Qed.
